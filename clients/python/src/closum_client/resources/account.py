"""What a terminal has to know of the account."""

# Made by `make generate` from src/closum/resources: change it there.

from closum_client._resource import Property, Resource

RESOURCE = Resource(
    name="account",
    plural="account",
    verbs=("retrieve", "update", "patch"),
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
            "The time zone in which the account's people read and write times, by its name in the IANA database. Days in filters (`creation_date=today`) are days of this zone, and so is a time without an offset. Dates in answers of the API are in UTC all the same",
        ),
        Property(
            "country",
            "string",
            False,
            "The country whose phone numbers people write without a prefix, in two letters of ISO 3166. Imports and the web app use it; other calls take no number without a prefix",
        ),
        Property(
            "language",
            "string",
            True,
            "The language of pages and messages for the account's people, `en` or `pt`. Messages of the API are in English. This version stores it and does not use it yet",
        ),
        Property(
            "revision",
            "string",
            True,
            "Which revision of the published API the answers follow: the `first` one, of March 2018, or the `later` ones: then leads are shown with `contact_lifecycle_stage_id` in the place of `city_id`",
        ),
    ),
    nested=(),
    references=(),
)
