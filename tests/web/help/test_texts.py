"""The texts of the help: whole in both languages, alike in their parts, and linked where they are needed."""

import re
from pathlib import Path

import pytest

from closum.web.help import reading
from closum.web.help.reading import NAMES
from closum.web.words import LANGUAGES, load
from tests.support.documents import HELP, guide, links

TEMPLATES = Path(reading.__file__).parents[1] / "templates"
QUOTED = {
    "bin": ("bin", "bin_restore"),
    "board": ("board_next", "undo"),
    "duplicates": ("merge_two", "not_same"),
    "figures": ("funnel", "funnel_entered", "waits"),
    "import": ("m_fill", "m_update", "m_skip", "m_create", "m_fail"),
    "privacy": ("settings", "retention", "bin_undo", "history", "audit", "import_files"),
    "roles": ("owner", "member", "reader", "settings", "users"),
    "shared": ("emails", "phones"),
    "shortcuts": ("settings", "you", "shortcuts"),
    "today": ("today_list.overdue", "today_news", "today_seen"),
    "two-step": ("second_step", "settings", "you", "users"),
    "undo": ("undo",),
    "valid": ("valid", "not_valid", "v_invalid"),
}
"""Texts of the pages that a page of the help repeats, by their keys."""

each = pytest.mark.parametrize


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
