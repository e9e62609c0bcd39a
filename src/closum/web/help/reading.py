"""The texts of the help: NAME.LANGUAGE.md in the folder `texts`, which the guide lists too."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

from markdown_it import MarkdownIt
from markupsafe import Markup

from closum.web.words import LANGUAGES

NAMES = (
    "shared",
    "valid",
    "duplicates",
    "undo",
    "bin",
    "search",
    "import",
    "today",
    "board",
    "figures",
    "roles",
    "two-step",
    "shortcuts",
    "privacy",
)
"""In the order in which they are listed."""

_FOLDER = files("closum.web.help") / "texts"
_HEADING = re.compile(r"# (.+)\n")
_LINK = re.compile(r"([a-z-]+)\.[a-z]{2}\.md")


class Text(NamedTuple):
    """`body` is what follows the title, as HTML."""

    title: str
    body: Markup


Texts = Mapping[str, Text]
"""By name."""


def load(root_path: str) -> Mapping[str, Texts]:
    """By language; links lead to pages below `root_path`."""
    return {one: {name: _text(name, one, root_path) for name in NAMES} for one in LANGUAGES}


def source(name: str, language: str) -> str:
    return (_FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")


def _text(name: str, language: str, root_path: str) -> Text:
    written = source(name, language)
    title = _HEADING.match(written)
    assert title, f"{name}.{language}.md has no title"
    return Text(title[1], html(written[title.end() :], root_path))


def html(written: str, root_path: str) -> Markup:
    """Tags in a text are shown as they are written."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(written)
    for token in tokens:
        for one in token.children or ():
            if one.type == "link_open":
                one.attrSet("href", _LINK.sub(rf"{root_path}/help/\1", str(one.attrGet("href"))))
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - of a text of our own
