"""What a user has chosen for the pages: language, look, and whether single keys act."""

from collections.abc import Mapping
from typing import Any

from closum.model import body_fields
from closum.model.choices import Choice
from closum.model.fields import Flag
from closum.resources.account import LANGUAGES
from closum.store import web_sessions
from closum.store.unit import Unit

THEMES = ("system", "light", "dark")

FIELDS = (
    Choice(
        "language", among=LANGUAGES, description="The **language** of pages, empty for that of the account"
    ),
    Choice("theme", among=THEMES, required=True, description="Whether pages are **light** or **dark**"),
    Flag("shortcuts", required=True, description="Whether single keys act"),
)


def change(unit: Unit, user_id: int, given: Mapping[str, Any]) -> None:
    """Store those of a user's preferences that are given. Raises Invalid with every fault."""
    fields = tuple(one for one in FIELDS if one.name in given)
    if fields:
        web_sessions.set_preferences(unit, user_id, body_fields.read(fields, given))


def see(unit: Unit, user_id: int) -> None:
    """The user has seen what is new in the account up to now."""
    web_sessions.set_seen(unit, user_id)
