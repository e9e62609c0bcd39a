"""Stages and owners that files name: by what the account calls them, in both languages, or by their numbers."""

import pytest

from tests.support.client import Client
from tests.support.import_calls import shown
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts
from tests.web.imports.test_columns import chosen

each = pytest.mark.parametrize
STAGE, OWNER = "text contact_lifecycle_stage_id", "text owner_id"


def values(api: Client, name: str) -> list[object]:
    return [one[name] for one in api.data("GET", f"/api/lead?limit=1000&fields={name}")]


@each("heading", ["Stage", "fase"])
def test_a_column_of_stages_becomes_the_stage(pages: Pages, api: Client, heading: str) -> None:
    own = api.new("contact-lifecycle-stage", {"label": "Proposta enviada"})
    number = sent(
        pages, f"Nome,{heading}\nAna,opportunity\nRui,OPORTUNIDADE\nEva,proposta ENVIADA\nIda,3\nLia,\n"
    )
    path = f"/imports/{number}/columns"
    assert chosen(pages.shown(path))["column-2"] == STAGE
    assert f'<option value="{STAGE}" selected>Stage</option>' in pages.shown(path)
    checked(pages, number)
    imported(pages, number)
    assert values(api, "contact_lifecycle_stage_id") == [6, 6, own, 3, None]


def test_an_own_stage_comes_before_one_of_all_accounts(pages: Pages, api: Client) -> None:
    own = api.new("contact-lifecycle-stage", {"label": "Opportunity"})
    number = sent(pages, "Nome,Fase\nAna,Opportunity\nRui,Oportunidade\n")
    checked(pages, number)
    imported(pages, number)
    assert values(api, "contact_lifecycle_stage_id") == [own, 6]


def test_a_stage_that_is_not_known_is_refused_with_those_there_are(pages: Pages, api: Client) -> None:
    api.new("contact-lifecycle-stage", {"label": "Proposta enviada"})
    gone = api.new("contact-lifecycle-stage", {"label": "Antiga"})
    api.data("PATCH", f"/api/contact-lifecycle-stage/{gone}", {"archived": 1})
    number = sent(pages, "Nome,Fase\nAna,Quente\nRui,Cliente\n")
    path = f"/imports/{number}/columns"
    assert chosen(pages.shown(path))["column-2"] == "text custom_data.Fase"
    pages.submit(path, {"column-2": STAGE})
    reason = "No stage is called so. Write its number, or one of these names: Unqualified, Subscriber, Lead, Marketing qualified, Sales qualified, Opportunity, Customer, Evangelist, Other, Proposta enviada."
    assert f"2 Not imported Fase: {reason}" in texts(pages.shown(path))
    said = texts(checked(pages, number))
    assert f"2 Fase Quente {reason}" in said
    assert "Import 1 row" in said
    ((fault,),) = [one["faults"] for one in shown(api, number)["faults"]]
    assert (fault["property"], fault["rule"]) == ("contact_lifecycle_stage_id", "_existsIn")


def test_a_column_of_owners_becomes_the_owner(pages: Pages, api: Client) -> None:
    (me,) = api.data("GET", "/api/user")
    number = sent(pages, f"Nome,Responsável\nAna,{me['email'].upper()}\nRui,{me['id']}\n")
    path = f"/imports/{number}/columns"
    assert f'<option value="{OWNER}" selected>Owner</option>' in pages.shown(path)
    checked(pages, number)
    imported(pages, number)
    assert values(api, "owner_id") == [me["id"]] * 2


def test_a_user_who_is_not_there_is_told_of(pages: Pages) -> None:
    number = sent(pages, "Nome,Owner\nAna,Vendas\n")
    path = f"/imports/{number}/columns"
    assert chosen(pages.shown(path))["column-2"] == "text custom_data.Owner"
    pages.submit(path, {"column-2": OWNER})
    assert "2 Not imported Owner: No user has this email, number or name" in texts(pages.shown(path))


def test_of_two_columns_the_first_one_that_fits_becomes_the_stage(pages: Pages) -> None:
    number = sent(pages, "Nome,Stage,Fase\nAna,Hot,Lead\nRui,Cold,Cliente\n")
    found = chosen(pages.shown(f"/imports/{number}/columns"))
    assert (found["column-2"], found["column-3"]) == ("text custom_data.Stage", STAGE)


def test_additional_data_that_a_source_is_taken_from_says_so(pages: Pages, api: Client) -> None:
    number = sent(pages, "Nome,Origem\nAna,feira\n")
    page = pages.shown(f"/imports/{number}/columns")
    assert (
        '<option value="text custom_data.Origem" selected>Source, and additional data: Origem</option>'
        in page
    )
    checked(pages, number)
    imported(pages, number)
    assert values(api, "source") == ["feira"]
