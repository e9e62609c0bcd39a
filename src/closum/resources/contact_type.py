"""Contact types: what an account calls the kinds of people that it knows."""

from closum.model.examples import Examples
from closum.model.fields import Text, Timestamp
from closum.model.resource import Derived, Listing, Resource
from closum.model.text import sort_key

CONTACT_TYPE = Resource(
    name="contact_type",
    fields=(
        Text(
            "label",
            required=True,
            max_length=255,
            strip=True,
            description="The **label** of the contact type",
            example="Cliente",
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
        Timestamp(
            "date_add",
            read_only=True,
            description="The same time, as a retrieved record calls it",
            example="2018-01-01T10:00:00+00:00",
        ),
    ),
    derived=(Derived(("label_sort",), ("label",), lambda label: (sort_key(label),)),),
    listing=Listing(
        listed=("id", "label", "creation_date"),
        retrieved=("id", "label", "date_add"),
        sorts={"id": "id", "label": "label_sort", "creation_date": "id", "date_add": "id"},
    ),
    examples=Examples(sample={"label": "Cliente"}, sample_count=4),
)
