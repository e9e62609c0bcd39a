"""The nouns of the API, and what the client has to know of each."""

# Made by `make generate` from src/closum/resources: change it there.

from typing import NamedTuple


class Property(NamedTuple):
    """What a body may set. `type` is "string", "integer", "boolean" (1 or 0), "json" or "date-time"."""

    name: str
    type: str
    required: bool
    description: str


class Nested(NamedTuple):
    """A record of another resource that one shows; `key` is the property that makes it one, `shows` those in a list."""

    name: str
    noun: str
    key: str
    shows: tuple[str, ...]
    properties: tuple[Property, ...]
    description: str


class Reference(NamedTuple):
    """A property with the id of a record of another resource, which people know by its `label`."""

    name: str
    noun: str
    label: str


class Noun(NamedTuple):
    """`columns` are the properties of a record in a list, of which a narrow terminal leaves out the `least` first;
    `times` are those that are timestamps; `sorts` is what a list may be sorted by. Of a `singleton` there is one, without
    an id.
    """

    name: str
    plural: str
    verbs: tuple[str, ...]
    columns: tuple[str, ...]
    least: tuple[str, ...]
    times: tuple[str, ...]
    sorts: tuple[str, ...]
    default_sort: str
    singleton: bool
    properties: tuple[Property, ...]
    nested: tuple[Nested, ...]
    references: tuple[Reference, ...]


NOUNS: tuple[Noun, ...] = (
    Noun(
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
                "The name relative to lead, kept as it is written; one of nothing visible counts as `null`",
            ),
            Property(
                "city_id", "integer", False, "The city_id relative to lead, the id of one of the cities"
            ),
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
                noun="email",
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
                noun="phone",
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
                        "The phone number as people write it: `912 340 999`, `+351 912 340 999`, or `212 999 001 ext. 12` for an extension at a switchboard. Two are one number when they are dialled alike",
                    ),
                ),
                description='The phone object associated to lead, such as `{"number":"+351 912 340 999"}` or `{"extension":"00351","number":"912 340 999"}`',
            ),
        ),
        references=(Reference("city_id", "city", "city_name"),),
    ),
    Noun(
        name="city",
        plural="cities",
        verbs=("list", "retrieve"),
        columns=("id", "city_name"),
        least=(),
        times=(),
        sorts=("id", "city_name"),
        default_sort="city_name",
        singleton=False,
        properties=(),
        nested=(),
        references=(),
    ),
    Noun(
        name="email",
        plural="emails",
        verbs=("list", "create", "retrieve", "update"),
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
    ),
    Noun(
        name="phone",
        plural="phones",
        verbs=("list", "create", "retrieve", "update"),
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
                "The phone number as people write it: `912 340 999`, `+351 912 340 999`, or `212 999 001 ext. 12` for an extension at a switchboard. Two are one number when they are dialled alike",
            ),
        ),
        nested=(),
        references=(),
    ),
    Noun(
        name="account",
        plural="account",
        verbs=("retrieve", "update"),
        columns=(),
        least=(),
        times=(),
        sorts=(),
        default_sort="id",
        singleton=True,
        properties=(
            Property(
                "name",
                "string",
                True,
                "The name of the account. No two accounts of a server have the same, and upper and lower case make no difference",
            ),
            Property(
                "zone",
                "string",
                True,
                "The time zone in which the account's people read and write times, by its name in the IANA database. Dates in answers of the API are in UTC all the same",
            ),
            Property(
                "country",
                "string",
                False,
                "The country whose phone numbers people write without a prefix, in two letters of ISO 3166. The API itself takes no number without a prefix",
            ),
            Property(
                "language",
                "string",
                True,
                "The language of pages and messages for the account's people, `en` or `pt`. Messages of the API are in English",
            ),
            Property(
                "revision",
                "string",
                True,
                "Which revision of the published API the answers follow: the `first` one, of 2018, or the `later` ones, where theirs differ",
            ),
        ),
        nested=(),
        references=(),
    ),
)
