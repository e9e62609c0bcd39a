"""Ids in paths."""

from closum.errors import NotFound
from closum.model.draft import MAX_ID


def id_of(text: str) -> int:
    """The id that a segment of a path is. Raises NotFound for a segment that is no id."""
    if not (text.isascii() and text.isdigit()) or text[0] == "0" or len(text) > 19 or int(text) > MAX_ID:
        raise NotFound
    return int(text)
