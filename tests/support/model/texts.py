"""Texts as the contract compares them, in plain Python: by their letters, without marks and case."""

import json
import re
import unicodedata
from functools import lru_cache
from typing import Any

LETTERS = dict(zip("łøđħıæœþðŋə", ["l", "o", "d", "h", "i", "ae", "oe", "th", "d", "n", "e"], strict=True))


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Without marks and case, Latin letters as plain ones."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if unicodedata.category(one)[0] != "M")
    return "".join(LETTERS.get(one, one) for one in bare.casefold())


def words(text: str | None) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text or ""))


def scalar(value: Any) -> str | None:
    """The text of a value in custom data that is no array and no object."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None
