"""Countries by the names that people write, in English and in Portuguese, and their dialling prefixes."""

import csv
import re
from functools import lru_cache
from importlib.resources import files

import phonenumbers

from closum.model.text import sort_key

MOST = 255
"""Characters of a name."""


def extension(name: str) -> str | None:
    """The dialling prefix of a country, such as `00351` of `PT`, `Portugal` or `portugal`; None for no country."""
    return _extension(name) if len(name) <= MOST else None


@lru_cache(maxsize=1_024)
def _extension(name: str) -> str | None:
    code = _codes().get(_key(name))
    return f"00{phonenumbers.country_code_for_region(code)}" if code else None


@lru_cache
def _codes() -> dict[str, str]:
    text = (files("closum.resources") / "data" / "countries.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {_key(name): row["code"] for row in rows for name in (row["code"], *row["names"].split("|"))}


def _key(name: str) -> str:
    """One for all spellings."""
    return " ".join(re.findall(r"[^\W_]+", sort_key(name) or "")).removeprefix("the ")
