"""Which state of a record a client has seen, as an entity tag. Source: RFC 9110, 8.8.3 and 13.1.1."""

import re
from collections.abc import Callable

COLUMNS = ("version", "modified")
"""The time of the change is in the tag since the count goes back when a backup is restored."""

_TAG = re.compile(r'"([^"]*)"')


tag_of: Callable[[int, str], str] = '"{}.{}"'.format
"""The tag of a record's state, of its version and time: another one after every change of what the record shows."""


def named(header: str) -> frozenset[str] | None:
    """The tags that an If-Match header names; None for `*`, which every record matches.

    A tag that a proxy has made weak counts as it is: it identifies the state of a record, not bytes.
    """
    if header.strip() == "*":
        return None
    return frozenset(f'"{tag}"' for tag in _TAG.findall(header))
