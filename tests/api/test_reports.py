"""Reports over HTTP: what they count, for whom, and what they refuse."""

from typing import Any

import pytest

from tests.support.answers import failure
from tests.support.client import Client

each = pytest.mark.parametrize

STAGE = "contact_lifecycle_stage_id"


def counts(api: Client, asked: str) -> dict[str | None, int]:
    """How many leads there are by each value."""
    return {one["value"]: one["count"] for one in api.data("GET", f"/api/report/leads?{asked}")["rows"]}


def today(api: Client) -> str:
    """The day of the first lead, in the account's time zone."""
    (found,) = counts(api, "by=day")
    assert found
    return found


def test_leads_are_counted_by_what_they_have(api: Client, other_api: Client) -> None:
    other_api.new("lead", {"name": "Another account's", "city_id": 1})
    for body in (
        {"city_id": 213, "email": {"email": "a@example.com"}, "phone": {"number": "+351912345678"}},
        {"city_id": 213, "email": {"email": "B@EXAMPLE.com"}, STAGE: 3},
        {"city_id": 1, "phone": {"number": "+34612345678"}},
        {"city_id": 213},
    ):
        api.new("lead", {"name": "Ana", **body})
    assert counts(api, "by=city") == {"213": 3, "1": 1}
    assert counts(api, "by=domain") == {"example.com": 2, None: 2}
    assert counts(api, "by=country") == {"PT": 1, "ES": 1, None: 2}
    assert counts(api, "by=stage") == {"3": 1, None: 3}
    assert api.data("GET", "/api/report/leads?by=city&limit=1") == {
        "by": "city",
        "first_day": None,
        "last_day": None,
        "total": 4,
        "others": 1,
        "rows": [{"value": "213", "label": "Abrantes", "count": 3}],
    }
    assert api.data("GET", "/api/report/leads?by=stage")["rows"][1] == {
        "value": "3",
        "label": "Lead",
        "count": 1,
    }


def test_leads_in_the_bin_do_not_count(api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "city_id": 1})
    assert counts(api, "by=city") == {"1": 1}
    api.data("DELETE", f"/api/lead/{lead}")
    assert counts(api, "by=city") == {}
    assert api.data("GET", "/api/report/leads")["total"] == 0


def test_days_are_those_of_the_account(api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    day = today(api)
    for asked in (
        "",
        "&from=today",
        "&to=today",
        "&from=yesterday&to=today",
        "&from=-7d",
        f"&from={day}&to={day}",
    ):
        assert counts(api, f"by=day{asked}") == {day: 1}
    for asked in ("from=2999-01-01", "to=yesterday", "from=0001-01-01&to=2001-01-01"):
        assert counts(api, f"by=day&{asked}") == {}
    assert counts(api, "by=month&from=0001-01-01&to=9999-12-31") == {day[:7]: 1}
    told = api.data("GET", "/api/report/leads?from=today")
    assert (told["by"], told["first_day"], told["last_day"]) == ("day", day, None)


@each(
    "asked",
    [
        "leads?by=name",
        "leads?by=",
        "leads?by=city&by=city",
        "leads?limit=0",
        "leads?form=today",
        "leads?from=",
        "leads?from=now",
        "leads?from=-24h",
        "leads?from=2026-02-30",
        "leads?from=0000-01-01",
        "leads?to=2026-01-31T10:00:00",
        "leads?owner_id=0",
        "leads?owner_id=-1",
        "leads?owner_id=99999999999999999999",
        "leads?owner_id=%C2%B2",
        "funnel?by=city",
        "funnel?limit=1",
        "first-contact?by=city",
        "first-contact?to=soon",
    ],
)
def test_what_is_not_understood_is_refused(api: Client, asked: str) -> None:
    failure(api.get(f"/api/report/{asked}"), 400)


def test_a_first_day_behind_the_last_one_is_refused(api: Client) -> None:
    said = failure(api.get("/api/report/leads?from=2026-02-01&to=2026-01-31"), 400)
    assert "'from' is a day behind 'to'" in str(said)


def test_reports_are_of_one_owner(api: Client) -> None:
    user = api.data("GET", f"/api/lead/{api.new('lead', {'name': 'Ana', 'city_id': 1})}/history")[0]["user"][
        "id"
    ]
    lead = api.new("lead", {"name": "Rui", "city_id": 1, "owner_id": user, "source": "fair", STAGE: 3})
    api.new("note", {"lead_id": lead, "kind": "email", "text": "Wrote"})
    rows = api.data("GET", "/api/report/leads?by=owner")["rows"]
    assert rows == [
        {"value": None, "label": None, "count": 1},
        {"value": str(user), "label": api.email, "count": 1},
    ]
    assert counts(api, "by=source") == {None: 1, "fair": 1}
    assert counts(api, f"by=city&owner_id={user}") == counts(api, "by=city&owner_id=") == {"1": 1}
    for owner, contacted in ((user, 1), ("", 0)):
        found = api.data("GET", f"/api/report/first-contact?owner_id={owner}")
        assert (found["leads"], found["contacted"]) == (1, contacted)
        funnel = api.data("GET", f"/api/report/funnel?owner_id={owner}")["rows"]
        assert funnel[2]["entered"] == contacted


def test_the_owner_of_another_account_has_no_leads_here(api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    assert counts(api, "by=day&owner_id=9223372036854775807") == {}


def test_the_funnel_tells_how_far_leads_went(api: Client) -> None:
    ana, rui, eva = (api.new("lead", {"name": name, STAGE: 3}) for name in ("Ana", "Rui", "Eva"))
    for lead, stage in ((ana, 5), (ana, 7), (rui, 5), (rui, 3), (eva, None)):
        api.data("PATCH", f"/api/lead/{lead}", {STAGE: stage})

    def told(asked: str = "") -> dict[int, tuple[int, int]]:
        rows = api.data("GET", f"/api/report/funnel{asked}")["rows"]
        return {one[STAGE]: (one["entered"], one["kept"]) for one in rows if one["entered"]}

    assert told() == told("?from=today&to=today") == {3: (3, 2), 5: (2, 1), 7: (1, 1)}
    assert told("?to=yesterday") == {}
    rows = api.data("GET", "/api/report/funnel")["rows"]
    assert [one[STAGE] for one in rows] == [*range(1, 10)]
    assert rows[2]["label"] == "Lead"
    own = api.new("contact-lifecycle-stage", {"label": "Demo", "position": 45})
    api.data("PATCH", f"/api/lead/{rui}", {STAGE: own})
    assert told() == {3: (3, 2), own: (1, 1), 5: (2, 1), 7: (1, 1)}
    api.data("PATCH", f"/api/contact-lifecycle-stage/{own}", {"position": 55})
    assert told() == {3: (3, 2), 5: (2, 2), own: (1, 1), 7: (1, 1)}


def test_the_first_contact_is_the_first_note_of_a_talk(api: Client) -> None:
    def told(asked: str = "") -> list[Any]:
        found = api.data("GET", f"/api/report/first-contact{asked}")
        return [found["leads"], found["contacted"]]

    def kept() -> Any:
        return api.data("GET", f"/api/lead/{lead}?fields=first_contact")["first_contact"]

    lead, _ = api.new("lead", {"name": "Ana"}), api.new("lead", {"name": "Rui"})
    api.new("note", {"lead_id": lead, "kind": "note", "text": "Looks rich"})
    assert (told(), kept()) == ([2, 0], None)
    found = api.data("GET", "/api/report/first-contact")
    assert (found["mean"], found["median"], found["percentile_90"]) == (None, None, None)
    call = api.new("note", {"lead_id": lead, "kind": "call", "text": "Is rich"})
    made = api.data("GET", f"/api/note/{call}")["creation_date"]
    assert (told(), kept()) == ([2, 1], made)
    assert told("?to=yesterday") == [0, 0]
    found = api.data("GET", "/api/report/first-contact")
    assert found["mean"] == found["median"] == found["percentile_90"] >= 0
    api.data("PATCH", f"/api/note/{call}", {"kind": "note"})
    assert (told(), kept()) == ([2, 0], None)
    assert api.data("GET", "/api/lead?filter=first_contact!=") == []
