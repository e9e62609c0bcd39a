"""Audience lists: what leads are put on, such as those who get a newsletter."""

from closum.model.examples import Examples
from closum.model.fields import Text, Timestamp
from closum.model.resource import Derived, Listing, Resource
from closum.model.text import sort_key

AUDIENCE_LIST = Resource(
    name="audience_list",
    fields=(
        Text(
            "name",
            required=True,
            max_length=255,
            strip=True,
            description="The **name** of the audience list",
            example="Newsletter",
        ),
        Timestamp(
            "creation_date",
            read_only=True,
            description="The **creation_date** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
    ),
    derived=(Derived(("name_sort",), ("name",), lambda name: (sort_key(name),)),),
    listing=Listing(
        listed=("id", "name", "creation_date"),
        retrieved=("id", "name", "creation_date"),
        sorts={"id": "id", "name": "name_sort", "creation_date": "id"},
    ),
    examples=Examples(sample={"name": "Newsletter"}, sample_count=3),
)
