"""What a terminal has to know of consents."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Reference, Resource

RESOURCE = Resource(
    name="consent",
    plural="consents",
    verbs=("list", "create", "retrieve"),
    columns=("id", "lead_id", "channel", "state", "environment", "user_id", "creation_date"),
    least=("environment", "creation_date", "lead_id", "user_id"),
    times=("creation_date",),
    sorts=("id", "lead_id", "creation_date"),
    default_sort="id",
    singleton=False,
    properties=(
        Property(
            "lead_id", "integer", True, "The lead_id of whom the consent is, the id of one of the leads"
        ),
        Property("channel", "string", True, "The channel that the consent is for: `email` or `sms`"),
        Property(
            "state",
            "string",
            True,
            "The state of the consent: `given`, or `withdrawn`, which is only for a consent that holds",
        ),
        Property(
            "environment",
            "json",
            False,
            "The environment in which the consent was given or withdrawn, a JSON formatted string, at most 65,536 bytes: what the form knew of the request, as it was sent. It may be sent as an object or array too",
        ),
    ),
    nested=(),
    references=(Reference("lead_id", "lead", "name"),),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all consents that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Consent, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("lead_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("channel", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("state", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("user_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("creation_date", ("=", "!=", "<", "<=", ">", ">=")),
    ),
    fields=("id", "lead_id", "channel", "state", "environment", "user_id", "creation_date"),
    has_changes=True,
)
