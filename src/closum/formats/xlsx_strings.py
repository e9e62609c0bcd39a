"""The texts that the cells of a spreadsheet share: in a temporary file, because there may be millions of them."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from tempfile import TemporaryFile
from xml.etree.ElementTree import Element

import msgspec

from closum.formats.text import LONGEST, TOO_LONG
from closum.formats.xlsx_xml import local

_MOST, _MOST_SIZE = 256, 64 * 1024  # texts of a group, and characters
_GROUPS = 64
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def text_of(element: Element) -> str:
    """The text of a shared or an inline string: of all its parts, but not how it is pronounced."""
    found = []
    for child in element:
        name = local(child.tag)
        if name == "t":
            found.append(child.text or "")
        elif name == "r":
            found += [part.text or "" for part in child if local(part.tag) == "t"]
    return "".join(found)


def unescaped(text: str) -> str:
    """With the characters for which a spreadsheet writes `_x000D_`. Source: ISO 29500-1, 22.9.2.19."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class Strings:
    """Texts by their number, from 0, read no further than is asked for. Raises IndexError for one that is not there.

    TOO_LONG is a text above 1 MiB. To be closed.
    """

    def __init__(self, elements: Iterator[Element]) -> None:
        self._elements = elements
        self._file = TemporaryFile()  # noqa: SIM115 - `close` closes it
        self._firsts, self._places = array("Q"), array("Q", [0])
        self._count = 0
        self._group = lru_cache(maxsize=_GROUPS)(self._read)

    def __getitem__(self, number: int) -> str:
        while number >= self._count:
            self._store()
        group = bisect_right(self._firsts, number) - 1
        return self._group(group)[number - self._firsts[group]]

    def close(self) -> None:
        self._group.cache_clear()
        self._file.close()

    def _store(self) -> None:
        texts, size = list[str | None](), 0
        for element in self._elements:
            text = text_of(element)
            texts.append(text if len(text) <= LONGEST else None)
            size += len(text)
            if len(texts) == _MOST or size >= _MOST_SIZE:
                break
        if not texts:
            raise IndexError
        self._firsts.append(self._count)
        self._count += len(texts)
        self._file.seek(self._places[-1])
        self._places.append(self._places[-1] + self._file.write(msgspec.msgpack.encode(texts)))

    def _read(self, group: int) -> list[str]:
        start, end = self._places[group : group + 2]
        self._file.seek(start)
        texts = msgspec.msgpack.decode(self._file.read(end - start), type=list[str | None])
        return [TOO_LONG if text is None else unescaped(text) for text in texts]
