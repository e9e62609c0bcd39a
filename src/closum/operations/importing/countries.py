"""Countries by the names that people write, in English and in Portuguese, and their dialling prefixes."""

import csv
import re
from collections.abc import Iterable
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
def named(language: str) -> list[tuple[str, str]]:
    """Two letters and the name in English (`en`) or Portuguese (`pt`) of each country, by their names."""
    found = [(row["code"], _called(row["names"].split("|"), language)) for row in _rows()]
    return sorted(found, key=lambda one: sort_key(one[1]) or "")


def _called(names: list[str], language: str) -> str:
    """The first name is English, the second one Portuguese, unless it is an abbreviation or there is none."""
    is_second = language != "en" and len(names) > 1 and not names[1].isupper()
    return names[1] if is_second else names[0]


@lru_cache
def _codes() -> dict[str, str]:
    return {_key(name): row["code"] for row in _rows() for name in (row["code"], *row["names"].split("|"))}


def _rows() -> Iterable[dict[str, str]]:
    text = (files("closum.resources") / "data" / "countries.csv").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _key(name: str) -> str:
    """One for all spellings."""
    return " ".join(re.findall(r"[^\W_]+", sort_key(name) or "")).removeprefix("the ")
