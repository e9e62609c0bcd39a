"""What a terminal has to know of notes."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Reference, Resource

RESOURCE = Resource(
    name="note",
    plural="notes",
    verbs=("list", "create", "retrieve", "update", "patch", "delete"),
    columns=("id", "lead_id", "kind", "text", "user_id", "creation_date"),
    least=("creation_date", "lead_id", "user_id"),
    times=("creation_date",),
    sorts=("id", "lead_id", "creation_date", "relevance"),
    default_sort="id",
    singleton=False,
    properties=(
        Property(
            "lead_id",
            "integer",
            True,
            "The lead_id of the lead that the note is about, the id of one of the leads",
        ),
        Property(
            "kind",
            "string",
            False,
            "The kind of the note: `note` by default, or `call`, `email` or `meeting` where somebody has spoken with the lead",
        ),
        Property(
            "text",
            "string",
            True,
            "The text of the note, in Markdown. The server keeps it as it is sent: who shows it as HTML leaves out what is unsafe",
        ),
    ),
    nested=(),
    references=(Reference("lead_id", "lead", "name"),),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all notes that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter", "q"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Note, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("lead_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("kind", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("text", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("user_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("creation_date", ("=", "!=", "<", "<=", ">", ">=")),
    ),
    fields=("id", "lead_id", "kind", "text", "user_id", "creation_date"),
    searched=True,
    has_changes=True,
)
