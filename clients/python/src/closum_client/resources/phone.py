"""What a terminal has to know of phones."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Resource

RESOURCE = Resource(
    name="phone",
    plural="phones",
    verbs=("list", "create", "retrieve", "update", "patch", "delete"),
    columns=("id", "extension", "number", "is_valid", "date_add"),
    least=("date_add", "is_valid"),
    times=("date_add",),
    sorts=("id", "number", "is_valid", "date_add"),
    default_sort="id",
    singleton=False,
    properties=(
        Property(
            "extension",
            "string",
            False,
            "The phone extension associated with country: its dialling prefix, such as `00351`, `+351` or `351` for Portugal, also with the digits of an area (`+1 242`). A number that begins with `+` needs none: `+351 912 340 999` gets `00351`",
        ),
        Property(
            "number",
            "string",
            True,
            "The phone number as people write it: `912 340 999`, `+351 912 340 999`, or `212 999 001 ext. 12` for an extension at a switchboard. Two numbers are the same when they are dialled alike",
        ),
    ),
    nested=(),
    references=(),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all phones that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Phone, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("extension", ("=", "!=")),
        Filter("number", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("is_valid", ("=", "!=")),
        Filter("date_add", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("country", ("=", "!=")),
    ),
    fields=("id", "extension", "number", "is_valid", "date_add"),
    has_changes=True,
)
