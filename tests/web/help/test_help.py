"""The help: whole in both languages, for everybody to read, and with a way back."""

import re
from pathlib import Path

import pytest

from closum.web.help import reading
from closum.web.help.reading import NAMES
from closum.web.words import LANGUAGES, Words, load
from tests.support.client import Client
from tests.support.documents import HELP, guide, links
from tests.support.engine import ON_SQLITE
from tests.support.pages import Pages, texts
from tests.support.visiting import Visitor

TEMPLATES = Path(reading.__file__).parents[1] / "templates"
QUOTED = {
    "bin": ("bin", "bin_restore"),
    "duplicates": ("merge_two", "not_same"),
    "import": ("m_fill", "m_update", "m_skip", "m_create", "m_fail"),
    "privacy": ("settings", "retention", "bin_undo", "history", "audit", "import_files"),
    "roles": ("owner", "member", "reader", "settings", "users"),
    "shared": ("emails", "phones"),
    "shortcuts": ("settings", "you", "shortcuts"),
    "two-step": ("second_step", "settings", "you", "users"),
    "undo": ("undo",),
    "valid": ("valid", "not_valid", "v_invalid"),
}
"""Texts of the pages that a page of the help repeats, by their keys."""

each = pytest.mark.parametrize
pytestmark = ON_SQLITE


def shape(name: str, language: str) -> list[str]:
    """The kind of each line, and where its links lead, whatever they say."""
    text = reading.source(name, language)
    kinds = [(re.match(r"#+ |- |\||$", line) or re.match("", line))[0] for line in text.splitlines()]  # type: ignore[index]
    return [*kinds, *(one.removesuffix(f".{language}.md") for one in links(text))]


def test_every_file_is_a_page_in_each_language() -> None:
    wanted = {f"{name}.{language}.md" for name in NAMES for language in LANGUAGES}
    assert {one.name for one in HELP.iterdir()} == wanted


@each("name", NAMES)
def test_a_page_has_the_same_parts_in_each_language(name: str) -> None:
    english = shape(name, "en")
    assert english[0] == "# "
    assert "# " not in english[1:]
    assert [shape(name, one) for one in LANGUAGES] == [english] * len(LANGUAGES)


@each("name", NAMES)
@each("language", LANGUAGES)
def test_a_page_leads_to_others_of_its_language(name: str, language: str) -> None:
    for one in links(reading.source(name, language)):
        target, _, ending = one.partition(".")
        assert (target in NAMES, ending) == (True, f"{language}.md"), one


@each("language", LANGUAGES)
@each("name", QUOTED)
def test_what_a_page_repeats_is_called_so(name: str, language: str) -> None:
    text, words = reading.source(name, language).lower(), load()[language]
    assert [one for one in QUOTED[name] if words(one).rstrip("…").lower() not in text] == []


def test_tags_are_shown_as_they_are_written() -> None:
    assert "&lt;b&gt;" in reading.html("<b>a</b>\n", "")
    assert "<script" not in reading.html("<script>a</script>\n", "")


def test_links_lead_below_the_path_of_the_server() -> None:
    assert 'href="/crm/help/bin"' in reading.load("/crm")["pt"]["undo"].body


def test_the_guide_lists_every_page() -> None:
    listed = [one for one in links(guide("README")) if "/help/" in one and one.endswith(".md")]
    assert [Path(one).name for one in listed] == [f"{name}.en.md" for name in NAMES]


def test_every_page_is_linked_where_it_is_needed() -> None:
    """By the `?` of a template."""
    found = {
        name
        for one in TEMPLATES.glob("*.html")
        for name in re.findall(r"\bhelp\('([a-z-]+)'", one.read_text(encoding="utf-8"))
    }
    assert found == {*NAMES}


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
    assert "<h1>O que é anulado" in answer.text


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
    assert "example.com" not in shown


@each("name", ["nothing", "undo.en", "..%2Fstrings", "%00"])
def test_other_names_are_no_pages(name: str, pages: Pages, nobody: Client) -> None:
    assert nobody.get(f"/help/{name}").status_code == 404


def test_a_reader_reads_the_help_too(reader: Visitor) -> None:
    assert reader.get("/help/roles").status_code == 200


def test_the_words_of_the_pages_name_the_help(pages: Pages) -> None:
    words: Words = load()["en"]
    assert f'aria-label="{words.help}: {reading.load("")["en"]["bin"].title}"' in pages.shown("/bin")
