"""The templates of the pages: compiled when the server starts, and strict about what they name."""

from collections.abc import Mapping, MutableMapping
from importlib.resources import files
from types import CodeType
from typing import Any

import jinja2

from closum.web import telephone
from closum.web.assets import Assets
from closum.web.icons import BRAND, icon
from closum.web.locale import said
from closum.web.words import NAMES, Words

_FOLDER = files("closum.web") / "templates"


class _Loader(jinja2.DictLoader):
    """Compiles each template once for several environments."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__(sources)
        self._compiled: dict[str, CodeType] = {}

    def load(
        self, environment: jinja2.Environment, name: str, globals: MutableMapping[str, Any] | None = None
    ) -> jinja2.Template:
        if name not in self._compiled:
            source, *_ = self.get_source(environment, name)
            self._compiled[name] = environment.compile(source, name)
        return jinja2.Template.from_code(environment, self._compiled[name], globals or {})


def environments(
    root_path: str, assets: Assets, words: Mapping[str, Words]
) -> Mapping[str, jinja2.Environment]:
    """By language. Its texts are globals, so that what templates import is rendered once, not for every page."""
    loader = _Loader(_sources())
    return {
        language: _environment(root_path, assets, loader, language, words[language]) for language in words
    }


def _environment(
    root_path: str, assets: Assets, loader: jinja2.BaseLoader, language: str, words: Words
) -> jinja2.Environment:
    """Whatever is shown is escaped, unless it is markup already."""
    made = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals.update(
        root=root_path,
        telephone=telephone.shown,
        asset=assets,
        icon=icon,
        brand=BRAND,
        languages=NAMES,
        lang=language,
        t=words,
    )
    made.filters["f"] = said
    for name in made.list_templates():
        made.get_template(name)
    return made


def _sources() -> dict[str, str]:
    found = (one for one in _FOLDER.iterdir() if one.name.endswith(".html"))
    return {one.name: one.read_text(encoding="utf-8") for one in found}
