"""What a terminal has to know of assignment rules."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Filter, Property, Reference, Resource

RESOURCE = Resource(
    name="assignment rule",
    plural="assignment rules",
    verbs=("list", "create", "retrieve", "update", "patch", "delete"),
    columns=(
        "id",
        "position",
        "city_id",
        "audience_list_id",
        "source",
        "user_ids",
        "enabled",
        "creation_date",
    ),
    least=("creation_date", "position", "city_id", "audience_list_id", "enabled"),
    times=("creation_date",),
    sorts=("id", "position", "creation_date"),
    default_sort="position",
    singleton=False,
    properties=(
        Property(
            "position",
            "integer",
            False,
            "The position of the rule, from 0: the first rule that holds for a lead gives it its owner; of two with one position, the older one comes first",
        ),
        Property(
            "city_id", "integer", False, "It holds for leads of the city with this city_id; `null` for any"
        ),
        Property(
            "audience_list_id",
            "integer",
            False,
            "It holds for leads without an owner, when they are put on the audience list with this audience_list_id; `null` for new leads",
        ),
        Property(
            "source",
            "string",
            False,
            "It holds for leads with this source, in upper or lower case; `null` for any",
        ),
        Property(
            "user_ids",
            "array",
            False,
            "The user_ids of the users of the account who get the leads in turns, in this order. Who is disabled is left out; a rule without users gives no owner",
        ),
        Property("enabled", "boolean", False, "1 while the rule is enabled, 0 while it is not"),
    ),
    nested=(),
    references=(
        Reference("city_id", "city", "city_name"),
        Reference("audience_list_id", "audience list", "name"),
    ),
    actions=(
        Action(
            name="export",
            method="GET",
            tail="/export",
            description="Gives all assignment rules that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each line. It takes the filters and the order of the list. Export has more.",
            properties=(),
            params=("format", "sort", "direction", "fields", "changed_since", "filter"),
            result="file",
        ),
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="Retrieves the changes of a specific Assignment rule, the newest first. Each has the values of the properties before and after it. A deleted record has its history for as long as the server keeps it. The server has none of a record that was removed for good or erased (404).",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
    filters=(
        Filter("id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("position", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("city_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("audience_list_id", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("source", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("enabled", ("=", "!=")),
        Filter("assigned", ("=", "!=", "<", "<=", ">", ">=")),
        Filter("creation_date", ("=", "!=", "<", "<=", ">", ">=")),
    ),
    fields=(
        "id",
        "position",
        "city_id",
        "audience_list_id",
        "source",
        "user_ids",
        "enabled",
        "assigned",
        "creation_date",
        "city",
        "audience_list",
        "city.id",
        "city.city_name",
        "audience_list.id",
        "audience_list.name",
        "audience_list.creation_date",
    ),
    has_changes=True,
)
