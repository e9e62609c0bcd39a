"""GET and PUT /api/account: what an account has set."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from closum.accounts import users
from closum.resources.account import ACCOUNT
from closum.store import identity
from tests.contract.test_hostile_bodies import NOT_JSON, REFUSED
from tests.support.answers import check_headers, failure, faults
from tests.support.client import JSON, Client
from tests.support.server import Server

each = pytest.mark.parametrize
PATH = "/api/account"
NEW = {"zone": "UTC", "country": None, "language": "en", "revision": "first"}
IGNORED = "X-Ignored-Properties"

TAKEN: list[tuple[str, Any, Any]] = [
    ("name", "  Águas & Filhos, Lda. ", "Águas & Filhos, Lda."),
    ("name", "x" * 255, "x" * 255),
    ("name", 2026, "2026"),
    ("zone", "Europe/Lisbon", "Europe/Lisbon"),
    ("zone", "\ufeff europe/LISBON\u200b", "Europe/Lisbon"),
    ("zone", "America/Argentina/ComodRivadavia", "America/Argentina/ComodRivadavia"),
    ("zone", "Etc/GMT+1", "Etc/GMT+1"),
    ("zone", "WET", "WET"),
    ("zone", "Portugal", "Portugal"),
    ("country", "PT", "PT"),
    ("country", " br ", "BR"),
    ("language", "pt", "pt"),
    ("language", "PT", "pt"),
    ("revision", "later", "later"),
    ("revision", "Later", "later"),
]

REFUSED_VALUES: list[tuple[str, Any, str]] = [
    *(("name", value, "_empty") for value in (None, "", "  ")),
    *(("name", value, "_printable") for value in ("a\nb", "a\tb", "\u202eevil", "a\u200b", "a\u2028b")),
    ("name", "x" * 256, "_maxLength"),
    *((name, None, "_empty") for name in ("zone", "language", "revision")),
    *((name, "", "_empty") for name in ("zone", "language", "revision")),
    *(
        ("zone", value, "_zone")
        for value in (
            "WET+1",
            "Lisbon",
            "Europe",
            "Europe/",
            "Europe/Lisbon/",
            "Europe\\Lisbon",
            "/Europe/Lisbon",
            "../zoneinfo/UTC",
            "/etc/passwd",
            "posix/UTC",
            "localtime",
            "posixrules",
            "Factory",
            "zones",
            "zone.tab",
            "GMT+25",
            "+01:00",
            "UTC'; DROP TABLE account; --",
            "Europe/L\u0130sbon",
            "\uff35\uff34\uff23",
            "x" * 100_000,
            0,
            1e3,
        )
    ),
    *(
        ("country", value, "_country")
        for value in ("P", "PRT", "UK", "XX", "EU", "001", "351", "Portugal", "\u212aR")
    ),
    *(("language", value, "_inList") for value in ("pt-PT", "pt_PT", "xx", "e", "en,pt", "english", 1)),
    *(("revision", value, "_inList") for value in ("second", "1", 1, "2018", "firs", "first,later")),
    *(
        (name, value, "_scalar")
        for name in ("name", "zone", "country", "language", "revision")
        for value in (True, False, 1.5, [], ["UTC"], {}, {"id": 1})
    ),
]


def test_a_new_account_has_the_defaults(api: Client) -> None:
    answer = api.get(PATH)
    check_headers(answer)
    assert answer.json() == {"success": True, "data": {"name": api.account, **NEW}}
    assert tuple(answer.json()["data"]) == ACCOUNT.listing.retrieved


@each(("name", "sent", "stored"), TAKEN)
def test_a_value_is_stored_in_one_spelling_and_the_others_stay(
    name: str, sent: Any, stored: Any, api: Client
) -> None:
    before = api.data("GET", PATH)
    answer = api.put(PATH, json={name: sent})
    check_headers(answer)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "data": []})
    assert api.data("GET", PATH) == before | {name: stored}


@each("nothing", [None, "", "\u200b "])
def test_the_country_can_be_taken_away(nothing: Any, api: Client) -> None:
    api.data("PUT", PATH, {"country": "PT"})
    api.data("PUT", PATH, {"country": nothing})
    assert api.data("GET", PATH)["country"] is None


@each(("name", "value", "rule"), REFUSED_VALUES, ids=lambda value: repr(value)[:30])
def test_a_value_that_breaks_a_rule_is_named(name: str, value: Any, rule: str, api: Client) -> None:
    before, tag = api.data("GET", PATH), api.get(PATH).headers["ETag"]
    changed = {"language": "pt"} if name != "language" else {"zone": "Europe/Lisbon"}
    assert faults(api.put(PATH, json={name: value, **changed})) == {name: rule}
    assert (api.data("GET", PATH), api.get(PATH).headers["ETag"]) == (before, tag)


def test_messages_say_what_to_write(api: Client) -> None:
    body = {"zone": "WET+1", "country": "UK", "language": "fr", "revision": "second", "name": "a\nb"}
    errors = failure(api.put(PATH, json=body), 422)["errors"]
    assert errors == {
        "name": {"_printable": "This value must be printable characters on one line"},
        "zone": {"_zone": "This value must be a time zone of the IANA database, such as Europe/Lisbon"},
        "country": {"_country": "This value must be two letters of ISO 3166 for a country, such as PT"},
        "language": {"_inList": "This value must be one of en, pt"},
        "revision": {"_inList": "This value must be one of first, later"},
    }


@each("spelled", ["{}", " {} ", "upper", "wide"])
def test_a_name_that_another_account_has_is_refused_with_all_other_faults(
    spelled: str, api: Client, other_api: Client
) -> None:
    name = other_api.account
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in name)
    taken = {"upper": name.upper(), "wide": wide}.get(spelled) or spelled.format(name)
    assert faults(api.put(PATH, json={"name": taken, "zone": "x"})) == {"name": "_isUnique", "zone": "_zone"}
    assert api.data("GET", PATH)["name"] == api.account


def test_an_account_may_spell_its_own_name_otherwise(api: Client) -> None:
    for name in (api.account.upper(), f" {api.account}", api.account):
        api.data("PUT", PATH, {"name": name})
        assert api.data("GET", PATH)["name"] == name.strip()


def test_another_account_is_left_alone(api: Client, other_api: Client) -> None:
    before = other_api.data("GET", PATH)
    api.data("PUT", PATH, {"zone": "Europe/Lisbon", "country": "PT", "language": "pt", "revision": "later"})
    assert other_api.data("GET", PATH) == before == {"name": other_api.account, **NEW}


@each(
    ("body", "named"),
    [
        ({}, None),
        ({"id": 7, "zone": "UTC"}, None),
        ({"enabled": 0, "name_key": "x", "zone": "UTC"}, "enabled, name_key"),
        ({"Zone": "WET", "time_zone": "WET"}, "Zone, time_zone"),
        ({"account_id": 1, "version": 9, "modified": ""}, "account_id, version, modified"),
    ],
)
def test_what_has_no_effect_is_named(body: JSON, named: str | None, api: Client) -> None:
    before = api.data("GET", PATH)
    answer = api.put(PATH, json=body)
    assert (answer.status_code, answer.headers.get(IGNORED)) == (200, named)
    assert api.data("GET", PATH) == before


@each("name", [*NOT_JSON, *REFUSED])
def test_a_hostile_body_changes_nothing(name: str, api: Client) -> None:
    before = api.data("GET", PATH)
    content = (NOT_JSON | REFUSED)[name]
    answer = api.put(PATH, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 400, 413, 422)
    assert api.data("GET", PATH) == before


# The state that an update is meant for


def put(api: Client, body: JSON, tag: str) -> int:
    return api.put(PATH, json=body, headers={"If-Match": tag}).status_code


def test_who_was_overtaken_changes_nothing(api: Client) -> None:
    seen = api.get(PATH).headers["ETag"]
    assert api.head(PATH).headers["ETag"] == seen
    assert put(api, {"zone": "Europe/Lisbon"}, seen) == 200
    now = api.get(PATH).headers["ETag"]
    assert now != seen
    failure(api.put(PATH, json={"zone": "UTC"}, headers={"If-Match": seen}), 412, PATH)
    assert (api.data("GET", PATH)["zone"], api.get(PATH).headers["ETag"]) == ("Europe/Lisbon", now)
    assert put(api, {"zone": "x"}, seen) == 422  # which is told first
    for form in (now, f"W/{now}", f'"x", {now}', "*"):
        assert put(api, {"zone": "Europe/Lisbon"}, form) == 200
    assert api.get(PATH).headers["ETag"] == now  # nothing changed


def test_what_a_command_changes_is_another_state(server: Server, api: Client) -> None:
    seen = api.get(PATH).headers["ETag"]
    with server.session() as session, session.write() as unit:
        account = users.account_named(unit, api.account)
        users.rename_account(unit, account, f"{api.account}, renamed")
    assert put(api, {"name": "Mine"}, seen) == 412
    assert api.data("GET", PATH)["name"] == f"{api.account}, renamed"


def test_of_many_updates_of_one_state_one_wins(api: Client) -> None:
    seen = api.get(PATH).headers["ETag"]
    zones = ["Europe/Lisbon", "Europe/Madrid", "Europe/Paris", "Europe/Rome"] * 3
    with ThreadPoolExecutor(len(zones)) as threads:
        statuses = list(threads.map(lambda zone: put(api, {"zone": zone}, seen), zones))
    assert sorted(statuses) == [200] + [412] * (len(zones) - 1)
    assert api.data("GET", PATH)["zone"] == zones[statuses.index(200)]


def test_of_many_accounts_that_take_one_name_one_gets_it(api: Client, other_api: Client) -> None:
    wanted = f"{api.account} and {other_api.account}"
    with ThreadPoolExecutor(8) as threads:
        clients = [api, other_api] * 4
        answers = list(threads.map(lambda one: one.put(PATH, json={"name": wanted}).status_code, clients))
    names = [one.data("GET", PATH)["name"] for one in (api, other_api)]
    assert sorted(name == wanted for name in names) == [False, True]
    winner = names.index(wanted)
    assert answers[winner::2] == [200] * 4
    assert answers[1 - winner :: 2] == [422] * 4


# Who may


def test_a_user_who_is_disabled_in_between_changes_nothing(server: Server, api: Client) -> None:
    with server.session() as session, session.write() as unit:
        user = users.user_named(unit, api.email)
        identity.enable_user(unit, user.id, False)
    assert api.put(PATH, json={"zone": "Europe/Lisbon"}).status_code == 401
    with server.session() as session, session.read() as unit:
        row = identity.account_row(unit, user.account_id)
    assert row
    assert row["zone"] == "UTC"


def test_settings_are_no_operation(api: Client) -> None:
    lead = api.post("/api/lead", json={"name": "Ana"})
    assert "X-Operation" in lead.headers
    answer = api.put(PATH, json={"zone": "Europe/Lisbon"})
    assert (answer.status_code, "X-Operation" in answer.headers) == (200, False)
