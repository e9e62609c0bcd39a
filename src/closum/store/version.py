"""Which state of a record a client has seen, as an entity tag. Source: RFC 9110, 8.8.3 and 13.1.1."""

import re
from collections.abc import Callable, Iterable
from hashlib import blake2b

COLUMNS = ("version", "modified")
"""The time of the change is in the tag since the count goes back when a backup is restored."""

_TAG = re.compile(r'"([^".]*(?:\.[^".]*)?)[^"]*"')
_DIGEST = 8  # bytes


tag_of: Callable[[int, str], str] = '"{}.{}"'.format
"""The tag of a record's state, of its version and time: another one after every change of what the record shows."""


def tag_with(tag: str, others: Iterable[object]) -> str:
    """The tag of an answer that shows values of other records, too, which change without the record."""
    digest = blake2b(repr([*others]).encode(), digest_size=_DIGEST).hexdigest()
    return f'{tag[:-1]}.{digest}"'


def named(header: str) -> frozenset[str] | None:
    """The states of the record that the tags in an If-Match header name; None for `*`, which every record matches.

    A tag that a proxy has made weak counts as it is: it identifies the state of a record, not bytes.
    """
    if header.strip() == "*":
        return None
    return frozenset(f'"{tag}"' for tag in _TAG.findall(header))
