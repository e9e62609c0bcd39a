"""X-Ignored-Properties: which properties of a body had no effect."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from closum.model.ignored import Path

NAME = "X-Ignored-Properties"
MOST_BYTES = 1000
MORE = quote("…")


def header(paths: Iterable[Path]) -> tuple[bytes, bytes]:
    """The header that names them, `city, phone.foo`: each part of a name percent-encoded, a dot and a comma in it too.

    It has at most 1 kB; what would be longer is cut and ends in a percent-encoded `…`.
    """
    room = MOST_BYTES - len(MORE)
    value = ""
    for path in paths:
        shown = f"{value}, {_encoded(path)}" if value else _encoded(path)
        if len(shown) > room:
            value = f"{value}, {MORE}" if value else _beginning(path, room) + MORE
            break
        value = shown
    return NAME.lower().encode(), value.encode("ascii")


def _encoded(path: Path) -> str:
    return ".".join(map(_quoted, path))


def _quoted(text: str) -> str:
    return quote(text, safe="").replace(".", "%2E")


def _beginning(path: Path, room: int) -> str:
    """As many whole characters of an encoded name as fit."""
    taken = ""
    for part in _characters(path):
        if len(taken) + len(part) > room:
            break
        taken += part
    return taken


def _characters(path: Path) -> Iterator[str]:
    for place, name in enumerate(path):
        if place:
            yield "."
        yield from map(_quoted, name)
