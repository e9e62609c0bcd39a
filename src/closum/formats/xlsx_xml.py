"""XML of a spreadsheet as it streams in: no document type, no entities, and no element that fills the memory."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO
from xml.etree.ElementTree import (
    Element,
    ParseError,
    TreeBuilder,
    XMLParser,
)
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile

from closum.errors import Refusal

LARGEST = 4 * 1024 * 1024
"""Bytes of XML between one row and the next one, or one text and the next one."""

_DAMAGE = (
    BadZipFile,
    EOFError,
    ExpatError,
    NotImplementedError,
    ParseError,
    UnicodeDecodeError,
    struct.error,
    zlib.error,
)
"""What the libraries raise."""

_DEEPEST = 100
_BLOCK = 64 * 1024
_SAVE = "open it in a spreadsheet program and save it as a new .xlsx file, or as CSV"


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turns what the libraries say of a damaged file into a Refusal."""
    try:
        yield
    except _DAMAGE as error:
        raise damaged(str(error)) from None


def damaged(reason: str) -> Refusal:
    return Refusal(f"The spreadsheet is damaged ({reason}): {_SAVE}")


def local(tag: str) -> str:
    """The name of an element without its namespace, which is one of two."""
    return tag.rpartition("}")[2]


def starts(stream: IO[bytes]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Of each element in its order: its parent's name, its own, and its attributes by their names.

    Raises Refusal for a document type, damaged XML and what is nested more than 100 levels deep.
    """
    parser = ParserCreate(namespace_separator="}")
    path, found = [""], list[tuple[str, str, dict[str, str]]]()

    def start(tag: str, attributes: dict[str, str]) -> None:
        found.append((path[-1], local(tag), {local(key): value for key, value in attributes.items()}))
        path.append(local(tag))
        if len(path) > _DEEPEST:
            raise damaged("its XML is nested too deep")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with refusing_damage():
        for block in _blocks(stream):
            parser.Parse(block, False)
            yield from found
            found.clear()
        parser.Parse(b"", True)


def children(stream: IO[bytes], parent: str) -> Iterator[Element]:
    """The children of an element, one after the other; `parent` is the name of the root or of a child of it.

    Raises Refusal for a document type, damaged XML and a child above 4 MiB.
    """
    next(starts(stream), None)  # a document type can only come first
    stream.seek(0)
    builder, size = TreeBuilder(), 0
    parser = XMLParser(target=builder)  # noqa: S314 - no document type, so no entities
    with refusing_damage():
        for block in _blocks(stream):
            parser.feed(block)
            found, is_closed = _found(builder.close(), parent)  # what is built so far
            complete = found[: None if is_closed else -1]
            del found[: len(complete)]
            yield from complete
            if is_closed:
                return
            size = len(block) if complete else size + len(block)
            if size > LARGEST:
                raise Refusal("A row or a text of the spreadsheet is above 4 MiB: divide it, or leave it out")
        root = parser.close()
        yield from _found(root, parent)[0]


def _found(root: Element | None, parent: str) -> tuple[Element, bool]:
    """The parent, as far as it is read, and whether anything is behind it; an empty one where it has not begun."""
    if root is None:
        return Element(""), False
    if local(root.tag) == parent:
        return root, False
    found = next((child for child in root if local(child.tag) == parent), None)
    return (Element(""), False) if found is None else (found, found is not root[-1])


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(stream.read, _BLOCK), b"")


def _refuse_doctype(*_: object) -> None:
    raise Refusal(f"The spreadsheet declares a document type, which none needs: {_SAVE}")
