"""What a terminal has to know of contact types."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Resource

RESOURCE = Resource(
    name="contact type",
    plural="contact types",
    verbs=("list", "create", "retrieve", "update", "patch", "delete"),
    columns=("id", "label", "creation_date"),
    least=("creation_date",),
    times=("creation_date", "date_add"),
    sorts=("id", "label", "creation_date", "date_add"),
    default_sort="id",
    singleton=False,
    properties=(Property("label", "string", True, "The label of the contact type"),),
    nested=(),
    references=(),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all contact types that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Contact type, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("label", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("creation_date", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("date_add", ("=", "!=", "<", "<=", ">", ">=")),
    ),
    fields=("id", "label", "creation_date", "date_add"),
    has_changes=True,
)
