"""`changed_since`: the records of a list that were created or changed behind a position, or since a date."""

import re

from closum.errors import Malformed
from closum.model import position, when
from closum.model.filters import Condition
from closum.model.property import CHANGED, Property

NAME = "changed_since"

_POSITION = re.compile("[A-Za-z0-9_-]{22}")


def condition(text: str) -> Condition:
    """Raises Malformed for what is no position and no date."""
    return Condition(_PROPERTY, ">", (_read(text),))


def _read(text: str) -> position.Position | when.When:
    if _POSITION.fullmatch(text):
        return position.read(text, NAME)
    try:
        return when.read(text)
    except ValueError:
        raise Malformed(f"'{NAME}' must be a position that /api/change has given, {when.EXPECTED}") from None


_PROPERTY = Property(NAME, CHANGED, "", _read, (">",))
