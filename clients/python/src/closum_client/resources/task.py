"""What a terminal has to know of tasks."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Reference, Resource

RESOURCE = Resource(
    name="task",
    plural="tasks",
    verbs=("list", "create", "retrieve", "update", "patch", "delete"),
    columns=("id", "lead_id", "text", "due", "user_id", "done", "creation_date"),
    least=("creation_date", "lead_id", "user_id", "due", "done"),
    times=("due", "done", "creation_date"),
    sorts=("id", "lead_id", "due", "creation_date"),
    default_sort="id",
    singleton=False,
    properties=(
        Property(
            "lead_id",
            "integer",
            True,
            "The lead_id of the lead that the task is about, the id of one of the leads",
        ),
        Property("text", "string", True, "The text of the task, which says what to do"),
        Property(
            "due",
            "date-time",
            False,
            "The due time of the task: `2026-01-31T17:00:00+00:00`. Without an offset it is in the time zone of the account; a day alone, `2026-01-31`, is the end of that day. Answers have it in UTC",
        ),
        Property(
            "user_id",
            "integer",
            False,
            "The user_id of whom the task is for, a user of the account: by default of who creates it",
        ),
        Property(
            "done",
            "date-time or boolean",
            False,
            "When the task was done: a time, or `true` for now; `null` or `false` while it is open",
        ),
    ),
    nested=(),
    references=(Reference("lead_id", "lead", "name"),),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all tasks that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Task, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("lead_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("text", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("due", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("user_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("done", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("creation_date", ("=", "!=", "<", "<=", ">", ">=")),
    ),
    fields=("id", "lead_id", "text", "due", "user_id", "done", "creation_date"),
    has_changes=True,
)
