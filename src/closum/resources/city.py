"""Cities: the same for every account, read-only, by name."""

from closum.model.examples import Examples
from closum.model.fields import Text
from closum.model.resource import Derived, Listing, Resource
from closum.model.text import sort_key

CITY = Resource(
    name="city",
    fields=(
        Text(
            "city_name",
            required=True,
            max_length=255,
            description="The **name** of the city, a municipality of Portugal",
            example="Abrantes",
        ),
    ),
    derived=(Derived(("city_name_sort",), ("city_name",), lambda name: (sort_key(name),)),),
    listing=Listing(
        listed=("id", "city_name"),
        retrieved=("id", "city_name"),
        sorts={"id": "id", "city_name": "city_name_sort"},
        default_sort="city_name",
    ),
    examples=Examples(
        sample={"id": 213, "city_name": "Abrantes"},
        sample_count=308,
    ),
    verbs=("list", "retrieve"),
    shared=True,
)
