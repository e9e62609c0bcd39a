"""Docs, help, messages and docstrings are in plain English: no private metaphors, and no phrases translated word for word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from closum import errors
from closum.cli import closum
from closum.reference import guides, prose
from closum.resources import DECLARED
from closum_client.cli.root import client

ROOT = Path(__file__).parents[2]
INSTEAD = {
    "anew": "again; or say what it replaces ('rewrites', 'makes a new one')",
    "are to be": "'must be', or the active voice: who does it",
    "bars": "'blocks', 'refuses', 'prevents'",
    "belongs into": "put … in …",
    "belong into": "put … in …",
    "by and by": "'gradually'",
    "floor": "'baseline' (a benchmark), 'minimum'",
    "floors": "'baselines', 'minimums'",
    "house": "'project', 'architecture', 'layers'",
    "is to be": "'must be', or the active voice: who does it",
    "lonely": "orphan",
    "mend": "fix",
    "mended": "fixed",
    "mends": "fixes",
    "no more": "'no longer'; or the verb: 'disable', 'revoke', 'remove'",
    "noun": "resource",
    "nouns": "resources",
    "of chance": "random",
    "one that": "name the thing again, or use an adjective",
    "room": "'space', 'memory', 'layer'",
    "rooms": "'spaces', 'layers'",
    "settled": "'decided', 'finished', 'committed'",
    "so many": "'that many', or the number",
    "stands": "'is'",
    "stood": "'was'",
    "that are none": "say what is wrong: 'contains invalid …'",
    "that is none": "say what is wrong: 'contains invalid …'",
    "whoever": "'the user who', 'anybody who', 'if you'",
}
"""What not to write, in any case, and what to write instead."""

CODE = {"bars", "no more", "one that", "so many"}
"""Of these, what docstrings may have: they are short, and `one` or `so many` is what a function takes or gives."""

BANNED = re.compile(
    rf"\b({'|'.join(sorted(INSTEAD, key=len, reverse=True))})\b".replace(" ", r"\s+"), re.IGNORECASE
)
UNREAD = re.compile(r"<!--.*?-->|`[^`\n]+`|\]\([^)\n]*\)", re.DOTALL)
"""What people do not read as English: comments, code within a line, targets of links."""


class Text(NamedTuple):
    name: str
    content: str


def documents() -> Iterator[Text]:
    files = (
        path for path in ROOT.glob("docs/**/*") if path.is_file() and path.suffix not in (".svg", ".png")
    )
    help_pages = ROOT.glob("src/closum/web/help/texts/*.en.md")
    for file in (*ROOT.glob("*.md"), *files, *help_pages, *ROOT.glob("clients/*/README.md")):
        yield Text(str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))


def helps(command: click.Command, context: click.Context) -> Iterator[Text]:
    """`--help` of a command and of all below it."""
    yield Text(f"{context.command_path} --help", command.get_help(context))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            one = command.get_command(context, name)
            assert one, name
            yield from helps(one, click.Context(one, parent=context, info_name=name))


def messages() -> Iterator[Text]:
    """Each text in the module of errors, but its docstrings."""
    tree = ast.parse(Path(errors.__file__).read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield Text(f"errors.py:{node.lineno}", node.value)


def reference() -> Iterator[Text]:
    for name, text in prose.sections(DECLARED).items():
        yield Text(f"/docs, {name}", text)
    for name in guides.NAMES:
        yield Text(f"/docs/guide/{name}", guides.source(name))


def docstrings() -> Iterator[Text]:
    """Those of the server, of its constants too."""
    for file in sorted((ROOT / "src").rglob("*.py")):
        name = str(file.relative_to(ROOT))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield Text(f"{name}:{node.lineno}", text)


def texts() -> Iterator[Text]:
    yield from documents()
    for name, group in {"closum": closum, "closum-client": client}.items():
        yield from helps(group, group.make_context(name, [], resilient_parsing=True))
    yield from messages()
    yield from reference()


def found(text: Text) -> list[str]:
    """Each word of the list, as name:line: word (what to write instead)."""
    read = UNREAD.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text.content)
    return [_told(text.name, read, match) for match in BANNED.finditer(read)]


def _told(name: str, read: str, match: re.Match[str]) -> str:
    line = read.count("\n", 0, match.start()) + 1
    word = " ".join(match[0].split())
    return f"{name}:{line}: {word!r}: instead, write {INSTEAD[word.lower()]}"


@pytest.mark.parametrize("text", [*texts()], ids=lambda text: text.name)
def test_a_text_has_none_of_these_words(text: Text) -> None:
    assert found(text) == []


def test_no_docstring_has_one_of_these_words() -> None:
    """One test for all of them: those that are good English among programmers may be there."""
    wrong = [
        told
        for text in docstrings()
        for told in found(text)
        if told.split(": ")[1].strip("'").lower() not in CODE
    ]
    assert wrong == []


def test_words_are_found_across_lines_and_named() -> None:
    text = Text("a.md", "It\nIs\nto  be read, `anew`, [here](house.md) <!-- noun -->\nNouns.\n")
    assert found(text) == [
        "a.md:2: 'Is to be': instead, write 'must be', or the active voice: who does it",
        "a.md:4: 'Nouns': instead, write resources",
    ]


def test_every_kind_of_text_is_read() -> None:
    names = {text.name for text in texts()}
    assert {"README.md", "CHANGELOG.md", "docs/guide/service.md", "clients/ruby/README.md"} <= names
    assert "src/closum/web/help/texts/undo.en.md" in names
    assert {"closum user disable --help", "closum-client lead list --help", "/docs, Errors"} <= names
    assert any(name.startswith("errors.py:") for name in names)
