"""The style sheet is sent without what only people read, and means the same to a browser."""

import re
from importlib.resources import files

from playwright.sync_api import Browser

from closum.web.assets import Assets

RULES = """text => { const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return [...sheet.cssRules].map((rule) => rule.cssText) }"""


def test_what_is_sent_has_the_rules_of_the_file(browser: Browser) -> None:
    written = (files("closum.web") / "static" / "closum.css").read_text("utf-8")
    assets = Assets()
    sent = assets.files[assets("closum.css")].answer([]).body
    assert isinstance(sent, bytes)
    assert len(sent) < len(written)
    page = browser.new_page()
    before, after = (_rules(page.evaluate(RULES, text)) for text in (written, sent.decode()))
    assert before
    assert after == before


def _rules(found: list[str]) -> list[str]:
    """A browser keeps the spaces behind commas of what has a variable in it."""
    return [re.sub(", +", ",", one) for one in found]
