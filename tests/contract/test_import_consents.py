"""Consents in files: noted with new leads and with those that are there, and taken back with the import."""

import json
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.import_calls import imported, leads, send, shown, started

MAPPED = [{"heading": "Newsletter", "to": "consent_email"}, {"heading": "SMS?", "to": "consent_sms"}]
FIELDS = "?fields=name,consent_email,consent_sms"


def held(api: Client) -> dict[str, tuple[str | None, str | None]]:
    found = api.data("GET", f"/api/lead{FIELDS}")
    return {one["name"]: (one["consent_email"], one["consent_sms"]) for one in found}


def noted(api: Client) -> list[tuple[int, str, str]]:
    found = api.data("GET", "/api/consent?sort=id&direction=asc")
    return [(one["lead_id"], one["channel"], one["state"]) for one in found]


def of_mapped(api: Client, text: str, **policy: Any) -> dict[str, Any]:
    number = send(api, text)
    api.data("PUT", f"/api/import/{number}", {"mapping": MAPPED, **policy})
    found: dict[str, Any] = started(api, number)
    return found


def test_nobody_consents_by_a_heading_of_somebody_elses_file(api: Client) -> None:
    found = shown(api, send(api, "Nome,Newsletter,Consent E-mail,Consent SMS\nAna,sim,yes,1\n"))
    assert {one["to"] for one in found["columns"] if one["heading"] != "Nome"} == {
        "custom_data.Newsletter",
        "custom_data.Consent E-mail",
        "custom_data.Consent SMS",
    }


YES = ("given", " Given ", "yes", "Sim", "1", "true", "on")
NO = ("withdrawn", "no", "Não", "0", "false", "", "off")


def test_a_column_that_a_person_names(api: Client) -> None:
    lines = [f"A{yes},{yes},{no}\nB{yes},{no},{yes}\n" for yes, no in zip(YES, NO, strict=True)]
    found = of_mapped(api, f"Nome,Newsletter,SMS?\n{''.join(lines)}Eva,,\n")
    assert found["counts"]["created"] == 2 * len(YES) + 1
    assert sorted(held(api).values(), key=str) == sorted(
        [("given", None), (None, "given")] * len(YES) + [(None, None)], key=str
    )
    first, second, *_ = sorted(one["id"] for one in leads(api))
    assert noted(api)[:2] == [(first, "email", "given"), (second, "sms", "given")]


def test_an_entry_is_one_of_the_import(api: Client) -> None:
    found = of_mapped(api, "Nome,Newsletter,SMS?\nAna,yes,yes\n")
    (ana,) = leads(api)
    entry = api.data("GET", f"/api/consent/{noted(api)[0][0]}")
    assert entry["environment"] is None
    assert entry["user_id"] is not None
    history = api.data("GET", f"/api/lead/{ana['id']}/history")
    assert [one["verb"] for one in history] == ["create"]
    operation = api.data("GET", f"/api/operation/{found['operation']}")
    assert operation["counts"] == {"lead": {"create": 1}, "consent": {"create": 2}}
    api.data("POST", f"/api/operation/{found['operation']}/undo", {})
    assert (leads(api), noted(api)) == ([], [])


def test_another_word_is_a_fault(api: Client) -> None:
    found = of_mapped(api, "Nome,Newsletter,SMS?\nAna,maybe,yes\nRui,yes,2\nEva,yes,no\n")
    assert [
        (one["line"], [(each["property"], each["rule"]) for each in one["faults"]]) for one in found["faults"]
    ] == [(2, [("consent_email", "_consent")]), (3, [("consent_sms", "_consent")])]
    assert held(api) == {"Eva": ("given", None)}


MATCHED = "Nome,E-mail,Newsletter,SMS?\nAna,ana@example.com,no,yes\nRui,rui@example.com,yes,\n"


@pytest.mark.parametrize(
    ("then", "ana", "rui", "entries"),
    [
        ("update", ("withdrawn", "given"), ("given", "withdrawn"), 2),
        ("fill_empty", ("given", "given"), ("given", "withdrawn"), 1),
        ("skip", ("given", None), ("given", "withdrawn"), 0),
    ],
)
def test_leads_that_are_there(then: str, ana: Any, rui: Any, entries: int, api: Client) -> None:
    """Only what differs is noted: the same file twice notes nothing twice."""
    for name, sent in (("ana", [{"email": 1}]), ("rui", [{"email": 1, "sms": 1}, {"sms": 0}])):
        body = {"name": name.title(), "email": {"email": f"{name}@example.com"}}
        number = api.new("lead", body)
        for one in sent:
            api.data("PUT", f"/api/lead/{number}", {"lead_opt_in": one})
    before = held(api), noted(api)
    found = of_mapped(api, MATCHED, match=["email"], on_match=then)
    assert held(api) == {"Ana": ana, "Rui": rui}
    assert len(noted(api)) == len(before[1]) + entries
    of_mapped(api, MATCHED, match=["email"], on_match=then)
    assert len(noted(api)) == len(before[1]) + entries
    if entries:
        api.data("POST", f"/api/operation/{found['operation']}/undo", {})
        assert (held(api), noted(api)) == before


def test_an_export_comes_back(api: Client) -> None:
    for name, sent in (("Ana", {"email": 1, "sms": 1}), ("Rui", {"email": 0}), ("Eva", None)):
        api.new("lead", {"name": name, **({"lead_opt_in": sent} if sent else {})})
    file = api.get("/api/lead/export").text
    for one in leads(api):
        api.delete(f"/api/lead/{one['id']}").raise_for_status()
    before = len(noted(api))
    imported(api, file)
    assert held(api) == {"Ana": ("given", "given"), "Rui": (None, None), "Eva": (None, None)}
    assert len(noted(api)) == before + 2


def test_values_of_json(api: Client) -> None:
    lines = [
        {"name": "Ana", "consent_email": True, "consent_sms": None},
        {"name": "Rui", "consent_email": False, "consent_sms": 1},
        {"name": "Eva", "consent_email": [True]},
    ]
    found = imported(api, "\n".join(map(json.dumps, lines)))
    assert held(api) == {"Ana": ("given", None), "Rui": (None, "given")}
    assert found["counts"]["faulty"] == 1
