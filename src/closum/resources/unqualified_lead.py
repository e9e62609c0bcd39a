"""Unqualified leads: people of whom an account does not know yet whether they are leads, each of a type of contact."""

from closum.model import consents
from closum.model.examples import Examples
from closum.model.fields import Document, Text, Timestamp
from closum.model.relations import Nested, Reference, Row, Use
from closum.model.resource import Derived, Listing, Resource, Searched
from closum.model.terms import Terms
from closum.model.text import sort_key
from closum.resources.city import CITY
from closum.resources.contact_type import CONTACT_TYPE
from closum.resources.email import EMAIL
from closum.resources.lead import SEARCHED, terms
from closum.resources.phone import PHONE

_TYPE, _CONSENTS = "contact_type_id", "Unqualified-lead-consents"


def _terms(lead: Row) -> Terms:
    return terms(lead, (_TYPE,))


UNQUALIFIED_LEAD = Resource(
    name="unqualified_lead",
    fields=(
        Text(
            "name",
            max_length=255,
            visible=True,
            description="The **name** of the unqualified lead, kept as it is written",
            example="Sylvia L. Hook",
        ),
        Reference(
            "city_id",
            resource=CITY,
            description="The **city_id** of the unqualified lead, the id of one of the [cities](#tag/Cities)",
            example=40,
        ),
        Use(
            _TYPE,
            resource=CONTACT_TYPE,
            description=(
                "The **contact_type_id** of the unqualified lead, the id of one of the [contact types](#tag/Contact-types)"
            ),
            example=1,
        ),
        Document(
            "custom_data",
            max_bytes=65_536,
            description="A **JSON** formatted string containing extra fields, as that of a lead. Answers have it where `fields` asks for it",
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
        *consents.columns("unqualified lead", _CONSENTS),
    ),
    sent=(consents.opt_in("unqualified_lead_opt_in", _CONSENTS),),
    derived=(Derived(("name_sort",), ("name",), lambda name: (sort_key(name),)),),
    nested=(
        Nested(
            "phone",
            PHONE,
            key="number",
            shows=("number",),
            copies=("extension", "number", "number_sort", "number_shown"),
            description="The **phone** object of the unqualified lead, in bodies as that of a lead; answers have its number alone",
            identified=False,
        ),
        Nested(
            "email",
            EMAIL,
            key="email",
            shows=("email",),
            copies=("email", "email_sort", "status"),
            words="address",
            description="The **email** object of the unqualified lead, in bodies as that of a lead",
            identified=False,
        ),
    ),
    terms=Searched((*SEARCHED, _TYPE), _terms),
    at_least_one=("name", "email", "phone"),
    listing=Listing(
        listed=("id", "name", "city_id", _TYPE, "creation_date", "phone", "email"),
        retrieved=("id", "name", "city_id", _TYPE, "creation_date", "phone", "email"),
        sorts={
            "id": "id",
            "name": "name_sort",
            "creation_date": "id",
            "email.email": "email_email_sort",
            "phone.number": "phone_number_sort",
        },
        shown={"phone.number": "phone_number_shown"},
        filters=consents.filters(),
        columns=("email", "phone", "city_id", _TYPE, "creation_date"),
    ),
    examples=Examples(
        sample={
            "name": "Sylvia L. Hook",
            _TYPE: 1,
            "email": {"email": "sylvialhook@closum.com"},
            "phone": {"extension": "001", "number": "517-388-1452"},
        },
        update_sample={"name": "Sylvia Hook", "city_id": 1},
        patch_sample={"city_id": 1, "custom_data": {"source": "fair"}},
    ),
)
