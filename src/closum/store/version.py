"""Which state of a record a client has seen, as an entity tag. Source: RFC 9110, 8.8.3 and 13.1.1."""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from hashlib import blake2b
from typing import Any

from closum.errors import Malformed

COLUMNS = ("version", "modified")
"""The time of the change is in the tag since the count goes back when a backup is restored."""

_TAG = re.compile(r'"([^".]*(?:\.[^".]*)?)[^"]*"')
_ENTITY = re.compile(r'(?:W/)?"[!#-~\x80-\xff]*"')
_PLACE = "\0"  # of a tag that is found: no header has it
_DIGEST = 8  # bytes
_WRONG = "'If-Match' must be '*', or the ETag of the record as it was retrieved, in its double quotes; several have commas between"


tag_of: Callable[[int, str], str] = '"{}.{}"'.format
"""The tag of a record's state, of its version and time: another one after every change of what the record shows."""


def is_seen(row: Mapping[str, Any], seen: Container[str] | None) -> bool:
    """Whether a record is in one of the states with these tags, None for any."""
    return seen is None or tag_of(row["version"], row["modified"]) in seen


def tag_with(tag: str, others: Iterable[object]) -> str:
    """The tag of an answer that shows values of other records, too, which change without the record."""
    digest = blake2b(repr([*others]).encode(), digest_size=_DIGEST).hexdigest()
    return f'{tag[:-1]}.{digest}"'


def named(header: str) -> frozenset[str] | None:
    """The states of the record that the tags in an If-Match header name; None for `*`, which every record matches.

    A tag that a proxy has made weak counts as it is: it identifies the state of a record, not bytes. Raises Malformed.
    """
    if header.strip(" \t") == "*":
        return None
    parts = {part.strip(" \t") for part in _ENTITY.sub(_PLACE, header).split(",")}
    if not parts <= {_PLACE, ""} or '"' not in header:
        raise Malformed(_WRONG)
    return frozenset(f'"{tag}"' for tag in _TAG.findall(header))
