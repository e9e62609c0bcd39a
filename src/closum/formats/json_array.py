"""The elements of a JSON array as it streams in."""

import re
from collections.abc import Iterable, Iterator

from closum.errors import Refusal
from closum.formats.text import LONGEST

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\],]', re.DOTALL)


def elements(blocks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The line at which each element begins, from 1, and its text, which may be no JSON.

    Raises Refusal for one above 1 MiB.
    """
    scanner = _Scanner()
    for block in blocks:
        yield from scanner.feed(block)
    yield from scanner.end()


class _Scanner:
    """Counts brackets outside of strings. `start` is where an element begins in the text that is held, and `at` how far it is read."""

    def __init__(self) -> None:
        self._held, self._start, self._at = "", 0, 0
        self._depth, self._line = 0, 1

    def feed(self, block: str) -> Iterator[tuple[int, str]]:
        self._held = self._held[self._start :] + block
        self._start, self._at = 0, self._at - self._start
        while (match := _TOKEN.search(self._held, self._at)) and match[
            0
        ] != '"':  # a string that goes on in the next block
            self._at = match.end()
            yield from self._step(match[0], match.start())
        if len(self._held) - self._start > LONGEST:
            raise Refusal(
                f"The JSON value at line {self._line} does not end within 1 MiB: write one object a line"
            )

    def end(self) -> Iterator[tuple[int, str]]:
        """What stands behind the last end of an element."""
        rest = self._held[self._start :]
        if self._depth or rest.strip():
            yield self._line, rest

    def _step(self, mark: str, place: int) -> Iterator[tuple[int, str]]:
        before = self._depth
        self._depth = max(0, before + (mark in ("[", "{")) - (mark in ("]", "}")))
        if (before, self._depth) == (0, 1):
            self._cut()
        elif (before, self._depth) == (1, 0) or (mark == "," and before == 1):
            line, element = self._line, self._held[self._start : place]
            self._cut()
            if mark == "," or element.strip():
                blank = element[: len(element) - len(element.lstrip())]
                yield line + blank.count("\n"), element.strip()

    def _cut(self) -> None:
        self._line += self._held.count("\n", self._start, self._at)
        self._start = self._at
