"""What a terminal has to know of contact lifecycle stages."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Resource

RESOURCE = Resource(
    name="contact lifecycle stage",
    plural="contact lifecycle stages",
    verbs=("list", "create", "retrieve", "update", "patch", "delete"),
    columns=("id", "label"),
    least=(),
    times=(),
    sorts=("id", "label", "position"),
    default_sort="position",
    singleton=False,
    properties=(
        Property("label", "string", True, "The label of the contact lifecycle stage"),
        Property(
            "position",
            "integer",
            False,
            "The position of the stage in lists, from 0: the nine that every account has are at 10, 20 … 90, and your own are at 100 by default",
        ),
        Property(
            "archived",
            "boolean",
            False,
            "1 for a stage that is archived: a write that gives it to a lead which is not in it is refused",
        ),
    ),
    nested=(),
    references=(),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all contact lifecycle stages that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Contact lifecycle stage, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("label", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("position", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("archived", ("=", "!=")),
    ),
    fields=("id", "label", "position", "archived"),
    has_changes=True,
)
