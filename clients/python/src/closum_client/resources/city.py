"""What a terminal has to know of cities."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Filter, Resource

RESOURCE = Resource(
    name="city",
    plural="cities",
    verbs=("list", "retrieve"),
    columns=("id", "city_name"),
    least=(),
    times=(),
    sorts=("id", "city_name"),
    default_sort="city_name",
    singleton=False,
    properties=(),
    nested=(),
    references=(),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("city_name", ("=", "!=", "<", "<=", ">", ">=")),
    ),
    fields=("id", "city_name"),
)
