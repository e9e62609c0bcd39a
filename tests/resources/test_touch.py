"""Where leads come from: the first touch and the last one, as sent and out of custom data."""

import json
from typing import Any

import pytest

from tests.support.answers import faults
from tests.support.client import JSON, Client
from tests.support.import_calls import imported
from tests.support.owners import batch, ids, lead

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
NAMES = ("source", *UTM)
UPSERT = "/api/lead?match=email&on_match="
ANA: dict[str, Any] = {"email": {"email": "ana@example.com"}}

each = pytest.mark.parametrize


def touches(api: Client, number: int) -> tuple[JSON, JSON]:
    """The first and the last one, without what is null."""
    fields = ",".join([*NAMES, *(f"last_{name}" for name in NAMES)])
    found = api.data("GET", f"/api/lead/{number}?fields={fields}")
    assert len(found) == 12
    first = {name: found[name] for name in NAMES if found[name] is not None}
    last = {name: found[f"last_{name}"] for name in NAMES if found[f"last_{name}"] is not None}
    return first, last


def test_a_new_lead_has_what_is_sent(api: Client) -> None:
    sent = {"source": "fair", "utm_source": " google ", "utm_medium": "cpc", "utm_campaign": "spring"}
    stored = sent | {"utm_source": "google"}
    number = lead(api, **sent)
    assert touches(api, number) == (stored, stored)
    assert not {*NAMES} & api.data("GET", f"/api/lead/{number}").keys()
    assert touches(api, lead(api)) == ({}, {})
    other = lead(api, source="fair", last_source="form")
    assert touches(api, other) == ({"source": "fair"}, {"source": "form"})
    assert faults(api.post("/api/lead", json={"name": "a", "utm_term": "a" * 256})) == {
        "utm_term": "_maxLength"
    }


@each(
    ("custom", "found"),
    [
        ({"source": "fair"}, {"source": "fair"}),
        ({"Lead Source": "Fair"}, {"source": "Fair"}),
        ({"ORIGEM": "feira"}, {"source": "feira"}),
        ({"Origem do lead": "feira", "source": "fair"}, {"source": "fair"}),
        ({"UTM_Source": "google", "utm-medium": "cpc", "Utm Campaign": 2026}, None),
        ({"utm_term": "", "utm_content": None, "source": ["a"]}, {}),
        ({"source": True, "utm_term": {"a": 1}}, {}),
        ({"resource": "fair", "sources": "fair"}, {}),
        ({"source": "  " + "ã" * 300}, {"source": "ã" * 255}),
        ([{"source": "fair"}], {}),
        ("[null]", {}),
    ],
)
def test_it_is_taken_from_custom_data(api: Client, custom: Any, found: JSON | None) -> None:
    if found is None:
        found = {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "2026"}
    number = lead(api, custom_data=custom)
    assert touches(api, number) == (found, found)
    text = custom if isinstance(custom, str) else json.dumps(custom)
    assert json.loads(api.data("GET", f"/api/lead/{number}")["custom_data"]) == json.loads(text)


def test_what_is_sent_goes_before_custom_data(api: Client) -> None:
    number = lead(api, source="call", custom_data={"source": "fair", "utm_term": "sun"})
    assert touches(api, number)[0] == {"source": "call", "utm_term": "sun"}
    number = lead(api, source=None, custom_data={"source": "fair"})
    assert touches(api, number) == ({}, {})


def test_an_update_sets_what_it_names(api: Client) -> None:
    number = lead(api, source="fair")
    api.data("PUT", f"/api/lead/{number}", {"last_source": "call", "utm_term": "sun"})
    assert touches(api, number) == ({"source": "fair", "utm_term": "sun"}, {"source": "call"})
    api.data("PATCH", f"/api/lead/{number}", {"source": None})
    assert touches(api, number) == ({"utm_term": "sun"}, {"source": "call"})


@each("method", ["PUT", "PATCH"])
def test_other_utm_values_in_custom_data_are_a_touch(api: Client, method: str) -> None:
    number = lead(api, custom_data={"utm_source": "google", "utm_term": "sun"})
    path = f"/api/lead/{number}"
    api.data(method, path, {"custom_data": {"utm_source": "google", "utm_term": "sun", "a": 1}})
    first = {"utm_source": "google", "utm_term": "sun"}
    assert touches(api, number) == (first, first)
    api.data(method, path, {"custom_data": {"utm_source": "bing", "utm_term": None, "source": "ad"}})
    assert touches(api, number) == (first, {"source": "ad", "utm_source": "bing"})
    api.data(method, path, {"custom_data": {"utm_source": "mail"}, "last_source": "call"})
    assert touches(api, number) == (first, {"source": "call", "utm_source": "bing"})
    empty = lead(api)
    changed = api.request(method, f"/api/lead/{empty}", json={"custom_data": {"utm_source": "bing"}})
    assert touches(api, empty) == ({"utm_source": "bing"}, {"utm_source": "bing"})
    api.data("POST", f"/api/operation/{changed.headers['X-Operation']}/undo")
    assert touches(api, empty) == ({}, {})


@each(
    "body",
    [
        {"source": "call", "utm_term": "wind"},
        {"custom_data": {"Source": "call", "utm_term": "wind"}},
        {"source": "call", "utm_term": "wind", "custom_data": {"source": "other"}},
    ],
)
def test_an_upsert_of_a_lead_that_is_there_is_a_touch(api: Client, body: JSON) -> None:
    number = lead(api, source="fair", utm_content="banner", **ANA)
    new = {"source": "call", "utm_term": "wind"}
    api.data("POST", f"{UPSERT}update", ANA | body)
    assert touches(api, number) == ({"source": "fair", "utm_content": "banner"}, new)
    api.data("POST", f"{UPSERT}update", ANA | {"name": "Ana Sá"})
    assert touches(api, number)[1] == new
    plain = lead(api, email={"email": "eva@example.com"})
    item = {"action": "upsert", "match": "email", "data": {"email": {"email": "eva@example.com"}} | body}
    api.data("POST", "/api/lead/batch", {"items": [item]})
    assert touches(api, plain) == (new, new)


def test_one_that_fills_leaves_the_last_touch(api: Client) -> None:
    number = lead(api, source="fair", **ANA)
    api.data("POST", f"{UPSERT}fill_empty", ANA | {"source": "call", "utm_term": "wind"})
    assert touches(api, number) == ({"source": "fair"}, {"source": "fair"})
    api.data("POST", f"{UPSERT}fill_empty", ANA | {"custom_data": {"utm_term": "wind"}})
    assert touches(api, number) == ({"source": "fair"}, {"source": "fair"})
    plain = lead(api, email={"email": "eva@example.com"})
    api.data("POST", f"{UPSERT}fill_empty", {"email": {"email": "eva@example.com"}, "source": "call"})
    assert touches(api, plain) == ({"source": "call"}, {"source": "call"})


def test_rows_of_an_import_are_touches(api: Client) -> None:
    number, plain = lead(api, source="fair", **ANA), lead(api, email={"email": "eva@example.com"})
    file = (
        "Name,Email,Source,UTM Campaign\nAna,ana@example.com,form,spring\nEva,eva@example.com,form,\n"
        "Ida,ida@example.com,,spring\nRui,rui@example.com,,\n"
    )
    imported(api, file, on_match="update")
    assert touches(api, number) == ({"source": "fair"}, {"source": "form", "utm_campaign": "spring"})
    assert touches(api, plain) == ({"source": "form"}, {"source": "form"})
    assert touches(api, 3) == ({"utm_campaign": "spring"}, {"utm_campaign": "spring"})
    assert touches(api, 4) == ({}, {})
    custom = api.data("GET", f"/api/lead/{plain}")["custom_data"]
    assert json.loads(custom) == {"Source": "form"}


def test_an_export_comes_back_as_it_was(api: Client) -> None:
    number = lead(api, source="fair", utm_term="sun", last_source="call", **ANA)
    plain = lead(api, source="web", email={"email": "eva@example.com"})
    exported = api.get("/api/lead/export?format=csv&sort=id&direction=asc").text
    before = [touches(api, one) for one in (number, plain)]
    imported(api, exported, on_match="update")
    assert [touches(api, one) for one in (number, plain)] == before
    for one in (number, plain):
        api.data("DELETE", f"/api/lead/{one}")
    imported(api, exported)
    assert [touches(api, one) for one in (3, 4)] == before


def test_leads_are_found_by_where_they_came_from(api: Client) -> None:
    fair = lead(api, source="Fair", utm_campaign="spring 2026")
    web = lead(api, custom_data={"source": "web", "utm_campaign": "2026"})
    none, both = lead(api, name="Fair"), lead(api, source="fair", last_source="web")
    assert ids(api, "source=fair") == [fair, both]
    assert ids(api, "source=fair&source=web") == [fair, web, both]
    assert ids(api, "source=") == [none]
    assert ids(api, "filter=source!=") == [fair, web, both]
    assert ids(api, "filter=source!=fair") == [web, none]
    assert ids(api, "source=&source=web") == [web, none]
    assert ids(api, "last_source=web") == [web, both]
    assert ids(api, "utm_campaign=2026") == [web]
    assert ids(api, "utm_campaign=Spring%202026&source=fair&q=ana") == [fair]
    api.data("PUT", f"/api/lead/{fair}", {"source": "web"})
    assert ids(api, "source=fair") == [both]
    assert api.get("/api/lead?filter=source~=fa").status_code == 400


def test_a_batch_and_a_bulk_edit_take_it(api: Client) -> None:
    api.data("POST", "/api/lead/batch", batch({"name": "Ana", "source": "fair"}, {"name": "Eva"}))
    counted = api.data("PATCH", "/api/lead?filter=source=", {"source": "call", "dry_run": True})
    assert counted["count"] == 1
    api.data("PATCH", "/api/lead?filter=source=", {"source": "call", "if_count": counted["if_count"]})
    assert [touches(api, one) for one in (1, 2)] == [
        ({"source": "fair"}, {"source": "fair"}),
        ({"source": "call"}, {}),
    ]


def test_a_merge_takes_what_the_target_lacks(api: Client) -> None:
    target, other = lead(api), lead(api, name="Eva", source="fair", last_source="call")
    merged = api.post(f"/api/lead/{target}/merge", json={"ids": [other]})
    assert touches(api, target) == ({"source": "fair"}, {"source": "call"})
    api.data("POST", f"/api/operation/{merged.headers['X-Operation']}/undo")
    assert touches(api, target) == ({}, {})
    assert touches(api, other) == ({"source": "fair"}, {"source": "call"})


def test_a_merge_takes_each_touch_as_a_whole(api: Client) -> None:
    target = lead(api, utm_source="google")
    other = lead(api, name="Eva", source="fair", utm_source="bing", utm_term="sun")
    api.data("POST", f"/api/lead/{target}/merge", {"ids": [other]})
    assert touches(api, target) == ({"utm_source": "google"}, {"utm_source": "google"})
    target = lead(api, utm_source="google")
    other = lead(api, name="Eva", source="fair", utm_source="bing")
    api.data("POST", f"/api/lead/{target}/merge", {"ids": [other], "properties": {"source": other}})
    assert touches(api, target)[0] == {"source": "fair", "utm_source": "google"}
