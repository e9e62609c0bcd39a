"""Which state of a record a client has seen, as an entity tag. Source: RFC 9110, 8.8.3 and 13.1.1."""

import re
from collections.abc import Sequence
from typing import Any

COLUMNS = ("version", "modified")
"""The time of the change is in the tag since the count goes back when a backup is restored."""

_TAG = re.compile(r'"([^"]*)"')


def tag_of(version: int, modified: str) -> str:
    """The tag of a record's state: another one after every change of what the record shows."""
    return f'"{version}.{modified}"'


def named(header: str) -> frozenset[str] | None:
    """The tags that an If-Match header names; None for `*`, which every record matches.

    A tag that a proxy has made weak counts as it is: it identifies the state of a record, not bytes.
    """
    if header.strip() == "*":
        return None
    return frozenset(f'"{tag}"' for tag in _TAG.findall(header))


def tag_behind(row: Sequence[Any]) -> str:
    """The tag of a row that ends in the columns of a version."""
    return tag_of(*row[-len(COLUMNS) :])
