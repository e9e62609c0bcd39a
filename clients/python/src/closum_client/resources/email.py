"""What a terminal has to know of emails."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Resource

RESOURCE = Resource(
    name="email",
    plural="emails",
    verbs=("list", "create", "retrieve", "update", "patch", "delete"),
    columns=("id", "email", "status", "register_date"),
    least=("register_date", "status"),
    times=("register_date",),
    sorts=("id", "email", "status", "register_date"),
    default_sort="id",
    singleton=False,
    properties=(
        Property(
            "email",
            "string",
            True,
            "The email address to insert, kept as it is written; case does not matter when two are compared",
        ),
    ),
    nested=(),
    references=(),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all emails that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Email, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("email", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("status", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("register_date", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("domain", ("=", "!=")),
    ),
    fields=("id", "email", "status", "register_date"),
    has_changes=True,
)
