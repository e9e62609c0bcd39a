"""The elements of a JSON array as it streams in."""

import re
from collections.abc import Iterable, Iterator

from closum.errors import Refusal
from closum.formats.text import LONGEST

_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\],]', re.DOTALL)
_OPEN = "a bracket is not closed, or the file is only a part of another one; write one object a line"
_OPENING, _CLOSING = {"[", "{"}, {"]", "}"}


def elements(blocks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The line at which each element begins, from 1, and its text, which may be no JSON.

    Raises Refusal for one above 1 MiB, and where the array does not end.
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
        for match in _TOKEN.finditer(self._held, self._at):
            if match[0] == '"':  # a string that goes on in the next block
                break
            self._at = match.end()
            if self._is_edge(match[0]):
                yield from self._edge(match[0], match.start())
        if len(self._held) - self._start > LONGEST:
            raise Refusal(
                f"The JSON value at line {self._line} does not end within 1 MiB: write one object a line"
            )

    def end(self) -> Iterator[tuple[int, str]]:
        """What is behind the array."""
        if self._depth:
            raise Refusal(f"The JSON array does not end: {_OPEN}")
        if rest := self._held[self._start :].strip():
            yield self._line, rest

    def _is_edge(self, mark: str) -> bool:
        """Whether an array begins or ends here, or an element of it ends."""
        if mark in _OPENING:
            self._depth += 1
            return self._depth == 1
        if mark in _CLOSING:
            self._depth = max(0, self._depth - 1)
            return self._depth == 0
        return self._depth == 1 and mark == ","

    def _edge(self, mark: str, place: int) -> Iterator[tuple[int, str]]:
        line, element = self._line, self._held[self._start : place]
        self._cut()
        if mark == "," or (mark in _CLOSING and element.strip()):
            blank = element[: len(element) - len(element.lstrip())]
            yield line + blank.count("\n"), element.strip()

    def _cut(self) -> None:
        self._line += self._held.count("\n", self._start, self._at)
        self._start = self._at
