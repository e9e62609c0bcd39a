"""Leads: people who may become customers, with their e-mail address, phone number and city."""

from collections.abc import Iterator
from functools import lru_cache

from closum.model import consents, number
from closum.model.examples import Examples
from closum.model.fields import Document, Text, Timestamp
from closum.model.moments import Moment
from closum.model.relations import Nested, Reference, Row, Use
from closum.model.reported import Counted, Reported
from closum.model.resource import Derived, Listing, Resource, Searched
from closum.model.terms import (
    Member,
    Terms,
    distinct,
    ending,
    exactly,
    international,
    mark,
    national,
    of_document,
    words,
)
from closum.model.text import sort_key
from closum.model.touch import Touch
from closum.model.user_fields import User
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.city import CITY
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.email import EMAIL, read_domain
from closum.resources.phone import PHONE

_HAS_EMAIL, _HAS_PHONE = mark("email", ""), mark("phone", "")
_USUAL = (None, EMAIL.initial["status"])
"""The status of nearly every address: it has no mark."""


_STAGE, _OWNER = "contact_lifecycle_stage_id", "owner_id"
_HAS_OWNER = mark(_OWNER, "")
_TOUCH = Touch("custom_data")
_TOUCHES = (*_TOUCH.first, *_TOUCH.last)
SEARCHED = (
    "name",
    "city_id",
    "custom_data",
    "email_email",
    "email_status",
    "phone_extension",
    "phone_number",
)


def _terms(lead: Row) -> Terms:
    found = terms(lead, (_STAGE, _OWNER))
    marks = [] if lead[_OWNER] is None else [_HAS_OWNER]
    for name in _TOUCHES:
        if (text := lead[name]) is not None:
            marks += exactly(name, text)
    return found._replace(marks=(*found.marks, *marks)) if marks else found


def terms(lead: Row, named: tuple[str, ...]) -> Terms:
    """What a lead is found by: its name, its address, its number, its city, what its custom data has, and what it names."""
    address, typed, custom = lead["email_email"], lead["phone_number"], lead["custom_data"]
    marks = [] if lead["city_id"] is None else [mark("city_id", lead["city_id"])]
    marks += [mark(name, lead[name]) for name in named if lead[name] is not None]
    if address is not None:
        marks += (_HAS_EMAIL, mark("email.domain", read_domain(address)))
        if (status := lead["email_status"]) not in _USUAL:
            marks.append(mark("email.status", status))
    if typed is not None:
        key, is_valid = number.parse(lead["phone_extension"], typed)
        digits = number.digits(key)
        marks += (_HAS_PHONE, ending(digits), international(digits), national(number.national(digits)))
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


_TOLD = {
    "source": "such as a fair, a partner or a form",
    "utm_source": "the site or the sender that the person came from",
    "utm_medium": "the kind of medium, such as `cpc` or `email`",
    "utm_campaign": "the campaign",
    "utm_term": "the words that were searched for",
    "utm_content": "which of several advertisements or links it was",
}
_EXAMPLES = ("fair", "google", "cpc", "spring", "solar panels", "banner")


def _touch_fields(names: tuple[str, ...], which: str, else_from: str) -> Iterator[Text]:
    for name, (plain, told), example in zip(names, _TOLD.items(), _EXAMPLES, strict=True):
        yield Text(
            name,
            max_length=255,
            strip=True,
            description=f"The **{plain}** of the {which} touch of the lead, {told}; where it is not sent, {else_from}",
            example=example,
        )


def _domain(address: str | None) -> str | None:
    return None if address is None else read_domain(address)


def _country(extension: str | None, typed: str | None) -> str | None:
    if extension is None or typed is None:
        return None
    return number.country(number.parse(extension, typed)[0])


REPORTED = Reported(
    by={
        "city": Counted(("city_id",), lambda city: city),
        "source": Counted((_TOUCH.first[0],), lambda source: source),
        "stage": Counted((_STAGE,), lambda stage: stage),
        "domain": Counted(("email_email",), _domain),
        "country": Counted(("phone_extension", "phone_number"), _country),
    },
    date="creation_date",
    contact="first_contact",
    stage=_STAGE,
    owner=_OWNER,
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
        Use(
            _STAGE,
            resource=CONTACT_LIFECYCLE_STAGE,
            stays="lead_stage",
            unless="archived",
            description=(
                "The **contact_lifecycle_stage_id** relative to lead, the id of one of the"
                " [contact lifecycle stages](#tag/Contact-lifecycle-stages)"
            ),
            example=3,
        ),
        User(
            _OWNER,
            assigned=True,
            description=(
                "The **owner_id** of the user of the account who looks after the lead. A new lead without this property gets"
                " one by the [assignment rules](#tag/Assignment-rules); with `null` it has nobody"
            ),
            example=1,
        ),
        *_touch_fields(_TOUCH.first, "first", "taken from the key in `custom_data`"),
        *_touch_fields(_TOUCH.last, "last", "that of the last form, import or call that had any"),
        Moment(
            "first_contact",
            read_only=True,
            optional=True,
            description="The **first_contact** time relative to lead, the date of its first [note](#tag/Notes) of a call, an e-mail or a meeting",
            example="2018-01-02T10:00:00+00:00",
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
            copies=("extension", "number", "number_sort", "number_shown"),
            description=(
                'The **phone** object associated to lead, such as `{"number":"+351 912 340 999"}`'
                ' or `{"extension":"00351","number":"912 340 999"}`'
            ),
        ),
    ),
    terms=Searched((*SEARCHED, _STAGE, _OWNER, *_TOUCHES), _terms, exact=_TOUCHES, filled=(_OWNER,)),
    touch=_TOUCH,
    imported=True,
    reported=REPORTED,
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
        shown={"phone.number": "phone_number_shown"},
        later={"city_id": _STAGE},
        filters=consents.filters(),
        members={"audience_list_id": Member(AUDIENCE_LIST, "lead_audience_list", "lead_id")},
        columns=("email", "phone", "city_id", _STAGE, "creation_date"),
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
