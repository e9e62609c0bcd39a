"""Leads: people who may become customers, with their e-mail address, phone number and city."""

from closum.model.fields import Document, Text, Timestamp
from closum.model.resource import Derived, Nested, Reference, Resource
from closum.model.text import sort_key
from closum.resources.city import CITY
from closum.resources.email import EMAIL
from closum.resources.phone import PHONE

LEAD = Resource(
    name="lead",
    fields=(
        Text("name", max_length=255),
        Reference("city_id", resource=CITY),
        Document("custom_data", max_bytes=65_536),
        Timestamp("creation_date", read_only=True),
    ),
    derived=(Derived(("name_sort",), ("name",), lambda name: (sort_key(name),)),),
    nested=(
        Nested("email", EMAIL, key="email", shows=("email",), copies=("email", "email_sort")),
        Nested(
            "phone",
            PHONE,
            key="number",
            shows=("extension", "number"),
            copies=("extension", "number", "number_sort"),
        ),
    ),
    at_least_one=("name", "email", "phone"),
    listed=("id", "name", "city_id", "custom_data", "creation_date", "phone", "email"),
    retrieved=("id", "name", "creation_date", "city_id", "custom_data", "email", "phone"),
    sorts={
        "id": "id",
        "name": "name_sort",
        "city_id": "city_id",
        "creation_date": "id",
        "email.email": "email_email_sort",
        "phone.number": "phone_number_sort",
    },
    sample={
        "name": "Sylvia L. Hook",
        "email": {"email": "sylvialhook@closum.com"},
        "phone": {"extension": "001", "number": "517-388-1452"},
    },
)
