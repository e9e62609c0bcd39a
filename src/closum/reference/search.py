"""The search of the reference: over headings, calls, their paths and properties, and the prose."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from closum.reference import markdown
from closum.reference.calls import call
from closum.reference.schema import Json
from closum.reference.sections import Operation, Section

MOST, MOST_LETTERS = 30, 100
"""Results that are shown, and letters that are looked for."""


class Entry(NamedTuple):
    """A place of the reference: what it is called, its section or call, its address, and what else is found by."""

    title: str
    about: str
    address: str
    text: str


def entries(document: Json, sections: Iterable[Section]) -> list[Entry]:
    """All there is, in the order of the pages."""
    return [entry for section in sections for entry in _of_section(document, section)]


def _of_section(document: Json, section: Section) -> Iterator[Entry]:
    for heading in markdown.headings(section.text):
        address = f"{section.path}#{markdown.anchor(heading.name)}" if heading.name else section.address
        about = section.name if heading.name else ""
        yield Entry(heading.name or section.name, about, address, f"{heading.text} {section.words}".strip())
    for one in section.operations:
        yield Entry(one.title, f"{one.method} {one.path}", f"{section.path}#{one.id}", _words(document, one))


def _words(document: Json, operation: Operation) -> str:
    shown = call(document, operation)
    names = [name for row in (*shown.parameters, *(shown.body or ())) for name in row.names]
    return " ".join([operation.id, markdown.plain(operation.told["description"]), *names])


def found(every: Sequence[Entry], asked: str) -> list[Entry]:
    """The places that have every word, those first whose title has them; `reference.js` does the same."""
    words = asked.lower().split()
    places = [one for one in every if words and _has(" ".join(one), words)]
    return sorted(places, key=lambda one: not _has(one.title, words))[:MOST]


def _has(text: str, words: Iterable[str]) -> bool:
    lower = text.lower()
    return all(word in lower for word in words)
