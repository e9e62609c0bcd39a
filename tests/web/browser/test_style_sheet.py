"""The style sheet is sent without what only people read, and means the same to a browser."""

import re
from importlib.resources import files

import pytest
from playwright.sync_api import Browser

from closum.web.assets import Assets

RULES = """text => { const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return [...sheet.cssRules].map((rule) => rule.cssText) }"""


@pytest.mark.parametrize("name", ["closum.css", "reference.css"])
def test_what_is_sent_has_the_rules_of_the_file(browser: Browser, name: str) -> None:
    written = (files("closum.web") / "static" / name).read_text("utf-8")
    assets = Assets()
    sent = assets.files[assets(name)].answer([]).body
    assert isinstance(sent, bytes)
    assert len(sent) < len(written)
    page = browser.new_page()
    before, after = (_rules(page.evaluate(RULES, text)) for text in (written, sent.decode()))
    assert before
    assert after == before


def _rules(found: list[str]) -> list[str]:
    """A browser keeps the spaces behind commas of what has a variable in it."""
    return [re.sub(", +", ",", one) for one in found]
