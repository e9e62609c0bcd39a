"""What a terminal has to know of audience lists."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Resource

RESOURCE = Resource(
    name="audience list",
    plural="audience lists",
    verbs=("list", "create", "retrieve", "update", "patch", "delete"),
    columns=("id", "name", "creation_date"),
    least=("creation_date",),
    times=("creation_date",),
    sorts=("id", "name", "creation_date"),
    default_sort="id",
    singleton=False,
    properties=(Property("name", "string", True, "The name of the audience list"),),
    nested=(),
    references=(),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all audience lists that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Audience list, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("name", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("creation_date", ("=", "!=", "<", "<=", ">", ">=")),
    ),
    fields=("id", "name", "creation_date"),
    has_changes=True,
)
