"""News as they are sent: ids and numbers of what the reader may read, and nothing else."""

from collections.abc import Collection
from typing import Any

from closum.http.answer import encode
from closum.store.news import News

MOST_IDS = 200
"""Records that are named: of more of them a page says that many have changed."""

QUIET = b":\n\n"
"""A comment: nothing is new, and the connection is used."""


def numbers(found: News, readable: Collection[str]) -> dict[str, Any]:
    """What came since a position: `last` has the last ids by resource, `changed` has resource, id and position of each record,
    and `beside` of those to which changed ones belong."""
    changed = [one for one in found.changed if one[0] in readable]
    return {
        "since": found.since,
        "position": found.position,
        "last": {name: last for name, last in found.last.items() if name in readable},
        "changed": changed[-MOST_IDS:],
        "beside": [one for one in found.beside if one[0] in readable],
        "more": found.more or len(changed) > MOST_IDS,
    }


class Told:
    """What all listeners of an account are told; it is encoded once for those who may read the same."""

    def __init__(self, found: News) -> None:
        self.news = found
        self._events: dict[Collection[str], bytes] = {}

    def event(self, readable: frozenset[str]) -> bytes:
        """As a server-sent event, with its position as the id."""
        if readable not in self._events:
            body = encode(numbers(self.news, readable))
            self._events[readable] = b"id: %d\ndata: %b\n\n" % (self.news.position, body)
        return self._events[readable]
