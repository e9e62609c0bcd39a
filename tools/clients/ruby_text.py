"""Text of Ruby: methods, calls and comments, in lines that are not too long."""

import re
import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 110


def documented(doc: Iterable[str], head: str, body: str) -> str:
    """A method of one line with its documentation."""
    return "".join(map(comment, doc)) + method(head, [body])


def method(head: str, lines: Sequence[str]) -> str:
    """A method with these lines."""
    return block(head, "".join(f"{line}\n" for line in lines))


def block(head: str, body: str) -> str:
    """What Ruby ends with `end`."""
    return f"{head}\n{indented(body)}end\n"


def call(name: str, arguments: Sequence[str], width: int = WIDTH - 10) -> str:
    """In one line, or with a line for each argument."""
    line = f"{name}({', '.join(arguments)})"
    lines = ",\n".join(arguments) + "\n"
    return line if len(line) <= width else f"{name}(\n{indented(lines)})"


def keywords(name: str, names: Sequence[str], width: int = WIDTH - 14) -> str:
    """A hash of variables, in one line or with a line for each."""
    line = f"{name}: {{ {', '.join(f'{one}:' for one in names)} }}"
    lines = ",\n".join(f"{one}:" for one in names) + "\n"
    return line if len(line) <= width else f"{name}: {{\n{indented(lines)}}}"


def comment(text: str) -> str:
    """Lines of a comment."""
    lines = textwrap.wrap(text, WIDTH - 8, subsequent_indent="  ") or [""]
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def indented(text: str) -> str:
    """Text two blanks further in."""
    return re.sub("^(?=.)", "  ", text, flags=re.MULTILINE)
