"""The templates of the pages: compiled when the server starts, and strict about what they name."""

from importlib.resources import files

import jinja2

from closum.web import telephone
from closum.web.assets import Assets
from closum.web.icons import BRAND, icon
from closum.web.locale import said
from closum.web.words import NAMES

_FOLDER = files("closum.web") / "templates"


def environment(root_path: str, assets: Assets) -> jinja2.Environment:
    """Whatever is shown is escaped, unless it is markup already."""
    made = jinja2.Environment(
        loader=jinja2.DictLoader(_sources()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals.update(
        root=root_path, telephone=telephone.shown, asset=assets, icon=icon, brand=BRAND, languages=NAMES
    )
    made.filters["f"] = said
    for name in made.list_templates():
        made.get_template(name)
    return made


def _sources() -> dict[str, str]:
    found = (one for one in _FOLDER.iterdir() if one.name.endswith(".html"))
    return {one.name: one.read_text(encoding="utf-8") for one in found}
