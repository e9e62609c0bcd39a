"""Prose as HTML: what is code in it goes beside the text, and links lead to the pages of the reference."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

import markdown_it  # its parts are imported when they are first used
from markdown_it.token import Token
from markupsafe import Markup

from closum.reference.samples import LANGUAGES

Link = Callable[[str], str]
"""Where a page has what the prose links to: of `#tag/Leads` its path."""

_TOGETHER = frozenset(one.lower() for one in LANGUAGES)
_NAMES = {one.lower(): one for one in LANGUAGES} | {
    "csv": "CSV",
    "html": "HTML",
    "json": "JSON",
    "php": "PHP",
    "sh": "Terminal",
}
_ROLES = {
    "table": "table",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tr": "row",
    "th": "columnheader",
    "td": "cell",
}
"""Of a table, which a style sheet arranges otherwise on a phone."""


class Code(NamedTuple):
    """Code in one language."""

    language: str
    source: str


Figure = tuple[Code, ...]
"""One piece of code, or the same in several languages."""


class Block(NamedTuple):
    """Text, the code beside it, and text that follows that."""

    text: Markup
    figures: Sequence[Figure] = ()
    after: Markup = Markup()


class Heading(NamedTuple):
    """A heading with all text below it, up to the next one; that above the first has no name."""

    name: str
    text: str


def anchor(name: str) -> str:
    """The id of a section or a heading."""
    return re.sub(r"[^\w-]+", "-", name)


def blocks(text: str, link: Link) -> list[Block]:
    """The text, divided before each heading of a part, and before each text that has code of its own behind it."""
    return [block for part in _parts(_parsed(text)) for block in _blocks(part, link)]


def _parts(tokens: Sequence[Token]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2" and found[-1]:
            found.append([])
        found[-1].append(token)
    return found


def _blocks(tokens: Sequence[Token], link: Link) -> list[Block]:
    found: list[Block] = []
    for is_code, part in groupby(tokens, lambda token: token.type == "fence"):
        if is_code:
            last = found.pop() if found else Block(Markup())
            found.append(last._replace(figures=_figures([*part])))
        else:
            found.append(Block(_html([*part], link)))
    if found[1:] and not found[-1].figures:
        last = found.pop()
        found[-1] = found[-1]._replace(after=last.text)
    return found


def line(text: str, link: Link) -> Markup:
    """A text without paragraphs."""
    tokens = _reader().parseInline(text)
    _lead(tokens, link)
    return Markup(_reader().renderer.render(tokens, _reader().options, {}))  # noqa: S704 - it has escaped the text


def headings(text: str) -> Iterator[Heading]:
    """For the search: each heading of a text with what is below it, the first one with what is above all."""
    name, below = "", list[str]()
    is_heading = False
    for token in _parsed(text):
        if token.type == "heading_open":
            yield Heading(name, " ".join(below))
            below, is_heading = [], True
        elif token.content and is_heading:
            name, is_heading = _plain(token), False
        elif token.type == "inline":
            below.append(_plain(token))
    yield Heading(name, " ".join(below))


def plain(text: str) -> str:
    """A text without its marks."""
    return " ".join(one.text for one in headings(text)).strip()


def _figures(fences: Sequence[Token]) -> list[Figure]:
    """Those in the languages of the samples together; any other one by itself."""
    found: list[Figure] = []
    for together, several in groupby(fences, lambda fence: fence.info in _TOGETHER):
        codes = [Code(_NAMES.get(one.info, one.info), one.content.rstrip("\n")) for one in several]
        found += [tuple(codes)] if together else [(one,) for one in codes]
    return found


def _html(tokens: Sequence[Token], link: Link) -> Markup:
    for token, following in zip(tokens, (*tokens[1:], None), strict=True):
        if token.type == "heading_open" and following:
            token.attrSet("id", anchor(_plain(following)))
        if token.tag in _ROLES and token.nesting == 1:
            token.attrSet("role", _ROLES[token.tag])
    _lead(tokens, link)
    return Markup(_reader().renderer.render(tokens, _reader().options, {}))  # noqa: S704 - likewise


def _lead(tokens: Sequence[Token], link: Link) -> None:
    for token in tokens:
        for one in token.children or ():
            if one.type == "link_open":
                one.attrSet("href", link(str(one.attrGet("href"))))


def _plain(token: Token) -> str:
    return "".join(" " if one.type == "softbreak" else one.content for one in token.children or ()).strip()


def _parsed(text: str) -> list[Token]:
    return _reader().parse(text)


@cache
def _reader() -> markdown_it.MarkdownIt:
    """HTML in a text is text, and nothing is fetched from elsewhere."""
    return markdown_it.MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
