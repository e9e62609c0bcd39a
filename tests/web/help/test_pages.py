"""The pages of the help: for everybody to read, in the language of the reader, and with a way back."""

import re

import pytest

from closum.web.help import reading
from closum.web.help.reading import NAMES
from closum.web.words import load
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.pages import Pages, texts
from tests.support.visiting import Visitor

pytestmark = ON_SQLITE
each = pytest.mark.parametrize


def test_the_help_lists_its_pages(pages: Pages) -> None:
    page = pages.shown("/help")
    found = re.findall(r'href="/help/([a-z-]+)">([^<]+)<', page)
    assert found == [(name, str(reading.load("")["en"][name].title)) for name in NAMES]


@each("name", NAMES)
def test_a_page_is_shown_to_who_is_signed_in_and_to_others(name: str, pages: Pages, nobody: Client) -> None:
    title = reading.load("")["en"][name].title
    for shown in (pages.shown(f"/help/{name}"), nobody.get(f"/help/{name}").text):
        assert f"<h1>{title}" in shown
    assert "Sign out" not in texts(nobody.get(f"/help/{name}").text)


def test_a_page_is_in_the_language_of_its_reader(nobody: Client) -> None:
    answer = nobody.get("/help/undo", headers={"Accept-Language": "pt-PT"})
    assert "<h1>O que «Anular» desfaz" in answer.text


def test_it_leads_back_to_where_one_was(pages: Pages) -> None:
    page = pages.shown("/bin?resource=lead")
    (path,) = re.findall(r'class="help" href="([^"]+)"', page)
    assert path == "/help/bin?from=/bin%3Fresource%3Dlead"
    shown = pages.shown(path)
    assert 'href="/bin?resource=lead"' in shown
    assert 'href="/help?from=/bin%3Fresource%3Dlead"' in shown


@each("path", ["//example.com", "https://example.com", "/\\example.com", "javascript:alert(1)", "bin", ""])
def test_it_leads_back_to_nowhere_else(path: str, owner: Visitor) -> None:
    shown = owner.get("/help/bin", params={"from": path}).text
    main = shown.partition("<main")[2]
    assert re.findall(r'<a class="button bare" href="([^"]*)"', main) == ["/help"]
    assert "from=" not in main


@each("name", ["nothing", "undo.en", "..%2Fstrings", "%00"])
def test_other_names_are_no_pages(name: str, pages: Pages, nobody: Client) -> None:
    assert nobody.get(f"/help/{name}").status_code == 404


def test_a_reader_reads_the_help_too(reader: Visitor) -> None:
    assert reader.get("/help/roles").status_code == 200


def test_the_words_of_the_pages_name_the_help(pages: Pages) -> None:
    words = load()["en"]
    assert f'aria-label="{words.help}: {reading.load("")["en"]["bin"].title}"' in pages.shown("/bin")
