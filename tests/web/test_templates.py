"""Templates are compiled when they are needed, and what is always the same in them before."""

import pytest
from markupsafe import escape

from closum.web.assets import Assets
from closum.web.help import reading
from closum.web.icons import icon
from closum.web.templates import environments
from closum.web.words import LANGUAGES, Words, load


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_compiles(language: str) -> None:
    made = environments("", Assets(""), load(), reading.load(""))[language]
    assert len(made.list_templates()) > 50
    for name in made.list_templates():
        made.get_template(name)


def test_texts_and_icons_are_those_of_the_language() -> None:
    texts = {"save": 'Save "<b>" & go', "a.b": "{n} of {{ 7 * 6 }}", "other": "Other"}
    made = environments("", Assets(""), {"en": Words(texts)}, {"en": {}})["en"]
    source = "<i title=\"{{ t.save }}\">{{ t('a.b') }}{{ icon('x') }}{{ t.other|upper }}</i>"
    shown = made.from_string(source).render()
    assert shown == f'<i title="{escape(texts["save"])}">{texts["a.b"]}{icon("x")}OTHER</i>'
