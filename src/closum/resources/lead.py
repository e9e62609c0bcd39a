"""Leads: people who may become customers, with their e-mail address, phone number and city."""

from functools import lru_cache

from closum.model import consents, number
from closum.model.examples import Examples
from closum.model.fields import Document, Text, Timestamp
from closum.model.moments import Moment
from closum.model.resource import Derived, Listing, Nested, Reference, Resource, Row, Searched
from closum.model.terms import Terms, distinct, ending, mark, of_document, words
from closum.model.text import sort_key
from closum.resources.city import CITY
from closum.resources.email import EMAIL, read_domain
from closum.resources.phone import PHONE

_HAS_EMAIL, _HAS_PHONE = mark("email", ""), mark("phone", "")
_USUAL = (None, EMAIL.initial["status"])
"""The status of nearly every address: it has no mark."""


_SEARCHED = (
    "name",
    "city_id",
    "custom_data",
    "email_email",
    "email_status",
    "phone_extension",
    "phone_number",
)


def _terms(lead: Row) -> Terms:
    """What a lead is found by: its name, its address, its number, its city, and what its custom data has."""
    address, typed, custom = lead["email_email"], lead["phone_number"], lead["custom_data"]
    marks = [] if lead["city_id"] is None else [mark("city_id", lead["city_id"])]
    if address is not None:
        marks += (_HAS_EMAIL, mark("email.domain", read_domain(address)))
        if (status := lead["email_status"]) not in _USUAL:
            marks.append(mark("email.status", status))
    if typed is not None:
        key, is_valid = number.parse(lead["phone_extension"], typed)
        marks += (_HAS_PHONE, ending(number.reversed_digits(key)))
        marks += _of_number(is_valid, number.country(key) or "", lead["phone_extension"])
    data, others = of_document("custom_data", custom)
    return Terms(
        distinct(words(lead["name"])), distinct(words(address)), data, (*dict.fromkeys(marks), *others)
    )


@lru_cache(maxsize=1_024)
def _of_number(is_valid: int, country: str, extension: str) -> tuple[str, ...]:
    return (
        mark("phone.is_valid", is_valid),
        mark("phone.country", country),
        mark("phone.extension", extension),
    )


LEAD = Resource(
    name="lead",
    fields=(
        Text(
            "name",
            max_length=255,
            visible=True,
            description="The **name** relative to lead, kept as it is written; a name without visible characters counts as `null`",
            example="Sylvia L. Hook",
        ),
        Reference(
            "city_id",
            resource=CITY,
            description="The **city_id** relative to lead, the id of one of the [cities](#tag/Cities)",
            example=40,
        ),
        Document(
            "custom_data",
            max_bytes=65_536,
            description=(
                'A **JSON** formatted string containing extra fields, at most 65,536 bytes: `{"source":"fair"}`. It may'
                " be sent as an object or array too, and is always answered as text"
            ),
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
        Moment(
            "next_due",
            read_only=True,
            optional=True,
            description="The **next_due** time relative to lead, when the first of its open [tasks](#tag/Tasks) is due",
            example="2026-01-31T17:00:00+00:00",
        ),
        *consents.columns("lead"),
    ),
    sent=(consents.opt_in("lead_opt_in"),),
    derived=(Derived(("name_sort",), ("name",), lambda name: (sort_key(name),)),),
    nested=(
        Nested(
            "email",
            EMAIL,
            key="email",
            shows=("email",),
            copies=("email", "email_sort", "status"),
            words="address",
            description='The **email** object associated to lead, such as `{"email":"ana@example.com"}`',
        ),
        Nested(
            "phone",
            PHONE,
            key="number",
            shows=("extension", "number"),
            copies=("extension", "number", "number_sort"),
            description=(
                'The **phone** object associated to lead, such as `{"number":"+351 912 340 999"}`'
                ' or `{"extension":"00351","number":"912 340 999"}`'
            ),
        ),
    ),
    terms=Searched(_SEARCHED, _terms),
    at_least_one=("name", "email", "phone"),
    listing=Listing(
        listed=("id", "name", "city_id", "custom_data", "creation_date", "phone", "email"),
        retrieved=("id", "name", "creation_date", "city_id", "custom_data", "email", "phone"),
        sorts={
            "id": "id",
            "name": "name_sort",
            "city_id": "city_id",
            "creation_date": "creation_date",
            "email.email": "email_email_sort",
            "phone.number": "phone_number_sort",
        },
        filters=consents.filters(),
    ),
    examples=Examples(
        sample={
            "name": "Sylvia L. Hook",
            "email": {"email": "sylvialhook@closum.com"},
            "phone": {"extension": "001", "number": "517-388-1452"},
        },
        update_sample={
            "name": "Sylvia L. Hook",
            "city_id": 1,
            "custom_data": None,
            "email": {"id": 1, "email": "sylvialhook@closum.com"},
            "phone": {"id": 1, "extension": "001", "number": "517-388-1452"},
        },
        patch_sample={"city_id": 1, "custom_data": {"stage": "open"}},
        retrieved_sample={"city_id": 1, "creation_date": "2015-12-30T19:31:14+00:00"},
        sample_count=25_025,
    ),
)
