"""What a terminal has to know of leads."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Action, Nested, Property, Reference, Resource

RESOURCE = Resource(
    name="lead",
    plural="leads",
    verbs=("list", "create", "retrieve", "update"),
    columns=("id", "name", "city_id", "custom_data", "creation_date", "phone", "email"),
    least=("custom_data", "creation_date", "city_id"),
    times=("creation_date",),
    sorts=("id", "name", "city_id", "creation_date", "email.email", "phone.number"),
    default_sort="id",
    singleton=False,
    properties=(
        Property(
            "name",
            "string",
            False,
            "The name relative to lead, kept as it is written; a name without visible characters counts as `null`",
        ),
        Property("city_id", "integer", False, "The city_id relative to lead, the id of one of the cities"),
        Property(
            "custom_data",
            "json",
            False,
            'A JSON formatted string containing extra fields, at most 65,536 bytes: `{"source":"fair"}`. It may be sent as an object or array too, and is always answered as text',
        ),
    ),
    nested=(
        Nested(
            name="email",
            resource="email",
            key="email",
            shows=("email",),
            properties=(
                Property(
                    "email",
                    "string",
                    True,
                    "The email address to insert, kept as it is written; case does not matter when two are compared",
                ),
            ),
            description='The email object associated to lead, such as `{"email":"ana@example.com"}`',
        ),
        Nested(
            name="phone",
            resource="phone",
            key="number",
            shows=("extension", "number"),
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
            description='The phone object associated to lead, such as `{"number":"+351 912 340 999"}` or `{"extension":"00351","number":"912 340 999"}`',
        ),
    ),
    references=(Reference("city_id", "city", "city_name"),),
    actions=(
        Action(
            name="history",
            method="GET",
            tail="/{id}/history",
            description="This endpoint retrieves the changes of a specific Lead, the newest first, with what each property was before and after, as long as the history is kept, also after the deletion of the Lead.",
            properties=(),
            params=("before", "limit"),
            result="revisions",
        ),
    ),
)
