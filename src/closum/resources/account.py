"""The account itself: its name and its settings. Every user has one, so its path has no id."""

from typing import Any

import phonenumbers

from closum.model.choices import ZONES, Choice, Code
from closum.model.examples import Examples
from closum.model.fields import Text
from closum.model.resource import Listing, Resource

LANGUAGES = ("en", "pt")
"""Those that the product has, or is to have, all its words in: another one is added with its words."""

REVISIONS = ("first", "later")
"""Of the published API: that of March 2018, and those from May 2018 to January 2021, which only add to each other."""


class _Line(Text):
    """A text on one line, without white space round it."""

    def parse(self, value: Any) -> str | None:
        return super().parse(value.strip() if isinstance(value, str) else value)


def _check_line(text: str) -> None:
    if not text.isprintable():
        raise ValueError("it has a character that is not printable")


_KEPT = "This version stores it and does not use it yet"

NAME = _Line(
    "name",
    required=True,
    max_length=255,
    rule=("_printable", _check_line),
    description=(
        "The **name** of the account. No two accounts of a server have the same, and upper and lower case make no"
        " difference"
    ),
    example="My company",
)

ACCOUNT = Resource(
    name="account",
    singleton=True,
    fields=(
        NAME,
        Code(
            "zone",
            required=True,
            among=ZONES,
            broken="_zone",
            description=(
                "The time **zone** in which the account's people read and write times, by its name in the IANA"
                " database. Days in filters (`creation_date=today`) are days of this zone, and so is a time without an"
                " offset. Dates in answers of the API are in UTC all the same"
            ),
            example="Europe/Lisbon",
        ),
        Code(
            "country",
            among=tuple(sorted(phonenumbers.SUPPORTED_REGIONS)),
            broken="_country",
            description=(
                "The **country** whose phone numbers people write without a prefix, in two letters of ISO 3166. Imports"
                " and the web app use it; other calls take no number without a prefix"
            ),
            example="PT",
        ),
        Choice(
            "language",
            required=True,
            among=LANGUAGES,
            description=(
                "The **language** of pages and messages for the account's people, `en` or `pt`. Messages of the API are"
                f" in English. {_KEPT}"
            ),
            example="en",
        ),
        Choice(
            "revision",
            required=True,
            among=REVISIONS,
            description=(
                "Which **revision** of the published API the answers follow: the `first` one, of March 2018, or the `later`"
                " ones: then leads are shown with `contact_lifecycle_stage_id` in the place of `city_id`"
            ),
            example="first",
        ),
    ),
    listing=Listing(listed=(), retrieved=("name", "zone", "country", "language", "revision"), sorts={}),
    examples=Examples(
        sample={"name": "My company", "zone": "UTC", "country": None, "language": "en", "revision": "first"},
        update_sample={"zone": "Europe/Lisbon", "country": "PT"},
    ),
    verbs=("retrieve", "update", "patch"),
)
