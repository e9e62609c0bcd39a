"""The templates of the pages, strict about what they name. Each is compiled when a page first needs it."""

import re
from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from typing import cast

import jinja2
from jinja2.ext import Extension
from markupsafe import escape

from closum.web import telephone
from closum.web.assets import Assets
from closum.web.help.reading import Texts
from closum.web.icons import BRAND, icon
from closum.web.locale import broken, dotted, said
from closum.web.words import NAMES, Words

_FOLDER = files("closum.web") / "templates"
_CONSTANT = re.compile(r"\{\{ (?:t\.(?P<name>\w+)|t\('(?P<key>[\w.]+)'\)|icon\('(?P<icon>\w+)'\)) \}\}")

_SYNTAX = re.compile(r"\{[{%#]")


class Constants(Extension):
    """Puts texts and icons into a template before it is compiled: a page has a hundred, which are always the same."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        words = cast("Words", self.environment.globals["t"])
        return _CONSTANT.sub(lambda found: _constant(found, words), source)


def _constant(found: re.Match[str], words: Words) -> str:
    text = icon(found["icon"]) if found["icon"] else escape(words(found["name"] or found["key"]))
    return found[0] if _SYNTAX.search(text) else text


def environments(
    root_path: str, assets: Assets, words: Mapping[str, Words], helps: Mapping[str, Texts]
) -> Mapping[str, jinja2.Environment]:
    """By language, whose texts are globals: what templates import is rendered once, not for every page."""
    sources = _sources()
    return {one: _environment(root_path, assets, sources, one, words[one], helps[one]) for one in words}


def _environment(
    root_path: str, assets: Assets, sources: Mapping[str, str], language: str, words: Words, helps: Texts
) -> jinja2.Environment:
    """Whatever is shown is escaped, unless it is markup already."""
    made = jinja2.Environment(
        loader=jinja2.DictLoader(sources),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=[Constants],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals.update(
        root=root_path,
        dial=partial(telephone.dial, words),
        asset=assets,
        icon=icon,
        brand=BRAND,
        helps=helps,
        languages=NAMES,
        lang=language,
        t=words,
    )
    made.filters.update(f=said, broken=broken, dotted=dotted)
    return made


def _sources() -> dict[str, str]:
    found = (one for one in _FOLDER.iterdir() if one.name.endswith(".html"))
    return {one.name: one.read_text(encoding="utf-8") for one in found}
