"""Cells that say that there is nothing: rows are refused for them until somebody says that they are empty."""

import pytest

from tests.support.answers import faults
from tests.support.client import Client
from tests.support.import_calls import imported as imported_by_call
from tests.support.import_calls import leads, shown
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts

FILE = (
    "Nome,Email,Telemóvel,Cidade,Notas\n"
    "Ana,n/a,912 345 678,Porto,n/a\n"
    "Rui,rui@example.pt,-,N/A,\n"
    "Eva, N/A ,—,,-\n"
    "Ida,ida@,912 345 679,,\n"
    "n/a,ivo@example.pt,,,\n"
    "Lia,lia@example.pt,,N/A,\n"
)
SAID = {
    "en": ("4 cells say “n/a”, “-” or “—”: their rows will not be imported", "Read them as empty"),
    "pt": (
        "4 células dizem «n/a», «-» ou «—»: as linhas delas não vão ser importadas",
        "Ler como vazias",
    ),
}


@pytest.mark.parametrize("language", SAID)
def test_they_are_counted_and_read_as_empty(pages: Pages, api: Client, language: str) -> None:
    api.data("PATCH", "/api/account", {"country": "PT"})
    pages.headers["accept-language"] = language
    number = sent(pages, FILE)
    page = checked(pages, number)
    assert shown(api, number)["counts"]["faulty"] == 4
    for one in SAID[language]:
        assert one in texts(page)
    offered = [text for text in ("n/a", "-", "—") if f'name="text" value="{text}"' in page]
    assert offered == ["n/a", "-", "—"]
    assert 'id="city-1"' not in page  # of “n/a” in a column of cities too it is asked once
    answer = pages.submit(f"/imports/{number}/empty", {"text": [*offered, "Ana", "Porto"]})
    _, page = pages.arrives(answer.headers["location"])
    assert SAID[language][1] not in texts(page)
    assert (shown(api, number)["empty"], shown(api, number)["counts"]["faulty"]) == (offered, 1)
    imported(pages, number)
    found = {one["name"]: one for one in leads(api)}
    assert set(found) == {"Ana", "Rui", "Eva", "n/a", "Lia"}
    assert [one["email"] for one in found.values()].count(None) == 2
    assert [one["phone"] for one in found.values()].count(None) == 4
    assert (found["Ana"]["custom_data"], found["Rui"]["custom_data"]) == ('{"Notas":"n/a"}', None)


def test_one_cell_and_one_row_are_told_as_one(pages: Pages) -> None:
    page = texts(checked(pages, sent(pages, "Nome,Email\nAna,n/a\nRui,rui@example.pt\n")))
    for said in (
        "1 cell says “n/a”: its row will not be imported",
        "Read it as empty",
        "The row that will not be imported",
        "The others can be imported now. Download this one, correct it, and import that file alone.",
    ):
        assert said in page
    page = checked(pages, sent(pages, "Nome,Email\nAna,n/a\n"))
    assert "Download it, correct it in that file, and import it alone." in texts(page)


def test_a_city_that_says_nothing_is_asked_for_where_no_row_is_refused(pages: Pages) -> None:
    assert 'id="city-1"' in checked(pages, sent(pages, "Nome,Cidade\nAna,n/a\n"))


def test_a_call_says_which_texts_say_nothing(api: Client) -> None:
    rows = "name,email,phone\nAna,sem,+351 912 345 678\nRui,-,+351 912 345 679\n"
    done = imported_by_call(api, rows, empty=["SEM"])
    assert (done["empty"], done["counts"]["created"], done["counts"]["faulty"]) == (["SEM"], 1, 1)
    (fault,) = done["faults"][0]["faults"]
    assert (fault["property"], fault["rule"]) == ("email", "_email")
    wrong = api.put(f"/api/import/{done['id']}", json={"empty": ["x" * 256]})
    assert faults(wrong)["empty"]


def test_without_a_word_of_a_person_they_are_refused(api: Client) -> None:
    done = imported_by_call(api, "name,email,phone\nAna,n/a,\nRui,,none\n")
    assert (done["empty"], done["counts"]["faulty"]) == ([], 2)
