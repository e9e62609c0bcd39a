"""What a terminal has to know of lead audience lists."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Reference, Resource

RESOURCE = Resource(
    name="lead audience list",
    plural="lead audience lists",
    verbs=("list", "create", "retrieve", "delete"),
    columns=("id", "lead_id", "audience_list_id", "creation_date"),
    least=("creation_date", "lead_id", "audience_list_id"),
    times=("creation_date",),
    sorts=("id", "lead_id", "audience_list_id", "creation_date"),
    default_sort="id",
    singleton=False,
    properties=(
        Property(
            "lead_id",
            "integer",
            True,
            "The lead_id of the lead that is on the list, the id of one of the leads",
        ),
        Property(
            "audience_list_id",
            "integer",
            True,
            "The audience_list_id of the list, the id of one of the audience lists",
        ),
    ),
    nested=(),
    references=(
        Reference("lead_id", "lead", "name"),
        Reference("audience_list_id", "audience list", "name"),
    ),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all lead audience lists that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Lead audience list, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("lead_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("audience_list_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("creation_date", ("=", "!=", "<", "<=", ">", ">=")),
    ),
    fields=("id", "lead_id", "audience_list_id", "creation_date"),
    has_changes=True,
)
