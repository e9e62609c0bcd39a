"""Lines of vCards: folded ones put together, and the property in each. Sources: vCard 2.1, RFC 2426, RFC 6350."""

import quopri
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from closum.formats.text import LONGEST, TOO_LONG, damage, is_damaged

_LEFT_OUT = re.compile(
    r"(?:[\w-]+\.)?(?:AGENT|KEY|LOGO|PHOTO|PRODID|SOUND|VERSION|X-ABADR)[;:]", re.IGNORECASE
)
"""Properties that say nothing of a person in text; old programs write pictures in lines that are not folded."""

_HEAD = re.compile(r'([^":]*+(?:"[^"]*"[^":]*+)*+):')
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*")+')
_NAME = re.compile(r"(?:([\w-]+)\.)?([A-Za-z][\w-]*)")
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"}
_PIECE = re.compile(r"\\.|[^\\;]+|;|\\", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Property(NamedTuple):
    """A property of a card; `types` in small letters, `parameters` by their names in capitals, `value` with its escapes."""

    group: str
    name: str
    types: frozenset[str]
    parameters: dict[str, str]
    value: str

    @property
    def preference(self) -> int:
        """From 1, the most preferred, to 101 for one of which nothing is said."""
        written = self.parameters.get("PREF", "")
        if written.isdecimal():
            return min(int(written[:3]), 100)
        return 1 if "pref" in self.types else 101


def unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The first number and the text of each line as it was before it was folded, without what is left out.

    TOO_LONG is in one above 1 MiB.
    """
    first, parts, size = 0, list[str](), 0
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n")
        added = _continuation(parts, line) if parts else None
        if added is None:
            if parts:
                yield first, "".join(parts)
            first, parts, size = number, [line], len(line)
        elif size <= LONGEST:
            size += len(added)
            parts.append(added if size <= LONGEST else TOO_LONG)
    if parts:
        yield first, "".join(parts)


def parsed(line: str) -> Property | None:
    """The property in a line; None for one that is left out. Raises ValueError, which says why, for another line."""
    if _LEFT_OUT.match(line):
        return None
    if is_damaged(line):
        raise ValueError(damage(line)[1])
    head = _HEAD.match(line)
    name, *parameters = _PARAMETER.findall(head[1]) if head else ("",)
    named = _NAME.fullmatch(name.strip())
    if head is None or named is None:
        raise ValueError("this line is no property of a card, such as FN:Ana")
    types, others = _parameters(parameters)
    if others.get("ENCODING", "").upper() in ("B", "BASE64"):
        return None
    return Property(
        (named[1] or "").lower(), named[2].upper(), types, others, _decoded(line[head.end() :], others)
    )


def components(value: str) -> list[str]:
    """The parts of a value, such as those of an address."""
    found = [""]
    for piece in _PIECE.findall(value):
        if piece == ";":
            found.append("")
        else:
            found[-1] += piece
    return [plain(one) for one in found]


def plain(value: str) -> str:
    """A value without its escapes, and without white space round it."""
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()


def _continuation(parts: list[str], line: str) -> str | None:
    """What a line adds to the one before it; None for a line of its own."""
    is_folded = line.startswith((" ", "\t"))
    if _LEFT_OUT.match(parts[0]):
        return "" if is_folded or ":" not in line else None
    if is_folded:
        return line[1:]
    is_open = parts[-1].endswith("=") and "QUOTED-PRINTABLE" in parts[0].partition(":")[0].upper()
    return f"\n{line}" if is_open else None


def _parameters(written: list[str]) -> tuple[frozenset[str], dict[str, str]]:
    """The types and the other parameters; in vCard 2.1 a value may stand alone."""
    types, others = set[str](), dict[str, str]()
    for one in written:
        name, equals, value = one.strip().rpartition("=")
        if not equals:
            name = "ENCODING" if value.upper() in _ENCODINGS else "TYPE"
        value = value.replace('"', "").strip()
        if name.strip().upper() == "TYPE":
            types.update(value.lower().split(","))
        else:
            others[name.strip().upper()] = value
    return frozenset(types), others


def _decoded(value: str, parameters: dict[str, str]) -> str:
    """Text of quoted-printable bytes. Raises ValueError for an unknown character set, and for bytes that are not of it."""
    if parameters.get("ENCODING", "").upper() != "QUOTED-PRINTABLE":
        return value
    raw = quopri.decodestring(value.encode())
    charset = parameters.get("CHARSET", "utf-8")
    try:
        return raw.decode(charset).replace("\r\n", "\n")
    except LookupError:
        raise ValueError(f"the character set {charset} is not known") from None
    except UnicodeDecodeError:
        raise ValueError(f"this line has bytes that are not of the character set {charset}") from None
