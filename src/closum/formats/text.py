"""Text of a file: its encoding, and its lines, however long they are."""

import codecs
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TextIO

from closum.errors import Refusal

LONGEST = 1024 * 1024
"""Characters of a line, and of a record of several lines."""

TOO_LONG, UNDECODED = "\udcfe", "\udcff"
"""Lone surrogates, which no encoding gives: in the place of a longer line, and of bytes that the encoding does not know."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_OF_FILES = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7", "undefined"}
_HEAD = 4096
_BLOCK = 1024 * 1024
_HANDLER = "closum-undecoded"


def encoding_of(path: Path) -> str:
    """Python's name of a text's encoding: by its mark, by NULs, UTF-8 if all of it is, else Windows-1252.

    A text of which more is UTF-8 than is not is UTF-8, and has bytes that cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    return _by_nuls(head) or ("utf-8" if _is_utf8(path) or _is_rather_utf8(path) else "cp1252")


def encoding_named(name: str) -> str:
    """Python's name of an encoding that a person names. Raises Refusal for what is none."""
    try:
        b" ".decode(name)
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    if not found or found in _NOT_OF_FILES:
        raise Refusal(
            f"'{name}' is no known encoding: use utf-8, utf-16, cp1252 or another encoding of Python"
        )
    return found


def lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines of a text with their ends (LF, CRLF or CR), without a byte-order mark.

    TOO_LONG is a line above 1 MiB, UNDECODED are bytes that the encoding does not know.
    """
    with _opened(path, encoding) as file:
        read = partial(file.readline, LONGEST)
        line = read().removeprefix("\ufeff")
        while line:
            if len(line) == LONGEST:
                line = _without_rest(line, read)
            yield line
            line = read()


def head(path: Path, encoding: str, size: int) -> str:
    """The first characters of a text."""
    with _opened(path, encoding) as file:
        return file.read(size).removeprefix("\ufeff")


def blocks(path: Path, encoding: str, size: int) -> Iterator[str]:
    """A text in blocks of so many characters, without a byte-order mark."""
    with _opened(path, encoding) as file:
        yield file.read(size).removeprefix("\ufeff")
        yield from iter(partial(file.read, size), "")


def is_damaged(line: str) -> bool:
    """Whether a line has what no record may have: `damage` says what."""
    return "\0" in line or UNDECODED in line or TOO_LONG in line


def damage(text: str) -> tuple[str, str]:
    """The rule and the reason of a damaged text."""
    if TOO_LONG in text:
        return "_maxLength", "This line is longer than 1 MiB: look for missing line ends"
    if UNDECODED in text:
        return (
            "_encoding",
            "This line has bytes that are not of the file's encoding: choose another encoding, or save the file as UTF-8",
        )
    return "_printable", "This line has a NUL character: the file is damaged here, or not text"


def _opened(path: Path, encoding: str) -> TextIO:
    codecs.register_error(_HANDLER, _undecoded)
    return path.open(encoding=encoding, errors=_HANDLER, newline="")


def _by_nuls(head: bytes) -> str:
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 8 < len(head) or min(even, odd) * 8 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_rather_utf8(path: Path) -> bool:
    """Whether there are more characters of several bytes than bytes that belong to none."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    right = wrong = 0
    for block in _blocks(path):
        text = decoder.decode(block)
        broken = text.count("\ufffd")
        wrong += broken
        right += len(text) - len(text.encode("ascii", "ignore")) - broken
    return right > wrong


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(partial(file.read, _BLOCK), b"")


def _without_rest(line: str, read: partial[str]) -> str:
    while line and line[-1] not in "\r\n":
        line = read()
    return f"{TOO_LONG}\n"


def _undecoded(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return UNDECODED, error.end
