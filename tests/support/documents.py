"""The documents of the project, for tests of what they say."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from tests.support.guide import blocks

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs/guide").glob("*.md"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
HELP = ROOT / "src/closum/web/help/texts"
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *HELP.glob("*.md"),
        *(ROOT / "clients").glob("*/README.md"),
    ]
)


def guide(name: str) -> str:
    """The text of docs/guide/NAME.md."""
    return (ROOT / "docs/guide" / f"{name}.md").read_text(encoding="utf-8")


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of each line of a shell block that calls closum, without the first."""
    for block in blocks(text, "sh"):
        for line in block.splitlines():
            if line.startswith("closum "):
                yield shlex.split(line, comments=True)[1:]


def commands_of(command: click.Command | None) -> list[str]:
    """The names of the commands of a group; none for a command that is not a group."""
    return command.list_commands(click.Context(command)) if isinstance(command, click.Group) else []


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The names by which links reach the headings of a document, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE):
        plain = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", heading).strip().lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = sum(1 for one in found if re.fullmatch(rf"{re.escape(name)}(-\d+)?", one))
        found.add(f"{name}-{number}" if name in found else name)
    return found


def links(text: str) -> list[str]:
    """The targets of the links of a document to other files or headings of the project."""
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)) if "://" not in target]
