"""A lead's `email` (and `phone` likewise) in POST and PUT: every cell of the contract's table, for both."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.support.answers import faults
from tests.support.client import JSON, Client

each = pytest.mark.parametrize


class Kind(NamedTuple):
    """What a lead shows: three different values, and the first one spelled in another way."""

    name: str
    key: str
    a: JSON
    a_respelled: JSON
    b: JSON
    c: JSON


EMAIL = Kind(
    "email",
    "email",
    {"email": "Ana@example.com"},
    {"email": "ana@EXAMPLE.com"},
    {"email": "bo@example.com"},
    {"email": "cy@example.com"},
)
PHONE = Kind(
    "phone",
    "number",
    {"extension": "00351", "number": "912 345 671"},
    {"extension": "+351", "number": "912345671"},
    {"extension": "34", "number": "612345672"},
    {"extension": "351", "number": "912345673"},
)
kinds = each("kind", [EMAIL, PHONE], ids=lambda kind: str(kind.name))

Part = Callable[[Kind], Any]
NOTHING_ASKED: dict[str, Part] = {
    "{}": lambda kind: {},
    "[]": lambda kind: [],
    "an unknown key alone": lambda kind: {"x": 1},
    "id null": lambda kind: {"id": None},
    "id empty": lambda kind: {"id": ""},
}
NONE: dict[str, Part] = {
    "null": lambda kind: None,
    "empty": lambda kind: "",
    "value null": lambda kind: {kind.key: None},
    "value empty": lambda kind: {kind.key: ""},
    "value white space": lambda kind: {kind.key: " \t"},
    "all null": lambda kind: dict.fromkeys(kind.a),
    "value null beside an id": lambda kind: {"id": 2, kind.key: None},
}
KNOWN: dict[str, Part] = {
    "A": lambda kind: kind.a,
    "A respelled": lambda kind: kind.a_respelled,
    "A in white space": lambda kind: {name: f" {value}\t" for name, value in kind.a.items()},
    "A with an unknown id": lambda kind: {"id": 99, **kind.a},
    "A with B's id": lambda kind: {"id": 2, **kind.a},
    "A's id": lambda kind: {"id": 1},
    "A's id as text": lambda kind: {"id": "1"},
    "A between invisible characters": lambda kind: {
        name: f"\u200b{value}\ufeff" for name, value in kind.a.items()
    },
}
OTHER: dict[str, Part] = {
    "B": lambda kind: kind.b,
    "B with A's id": lambda kind: {"id": 1, **kind.b},
    "B's id": lambda kind: {"id": 2},
    "B's id as text": lambda kind: {"id": "2"},
}
NEW: dict[str, Part] = {
    "C": lambda kind: kind.c,
    "C with A's id": lambda kind: {"id": 1, **kind.c},
    "C with B's id": lambda kind: {"id": 2, **kind.c},
    "C with an odd id": lambda kind: {"id": [True], **kind.c},
}
UNKNOWN = (3, "3", 0, -1, 2**63, 10**30)
NO_IDS = (True, 1.5, "x", "1.0", [1], {"id": 1})


@pytest.fixture
def account(api: Client) -> Client:
    """An account that has A as record 1 and B as record 2, of both kinds."""
    for kind in (EMAIL, PHONE):
        assert [api.new(kind.name, kind.a), api.new(kind.name, kind.b)] == [1, 2]
    return api


def cases(*groups: dict[str, Part]) -> pytest.MarkDecorator:
    parts = [(name, part) for group in groups for name, part in group.items()]
    return each("part", [part for _, part in parts], ids=[name for name, _ in parts])


def shown(api: Client, kind: Kind, lead: int = 1) -> JSON | None:
    """What a lead shows when it is retrieved; in a list the same without the id."""
    value: JSON | None = api.data("GET", f"/api/lead/{lead}")[kind.name]
    listed = api.data("GET", "/api/lead")[lead - 1][kind.name]
    assert listed == (value and {name: value[name] for name in kind.a})
    return value


def kept(api: Client, kind: Kind) -> list[JSON]:
    """The records of a kind, by id."""
    listed = api.data("GET", f"/api/{kind.name}")
    assert [record["id"] for record in listed] == list(range(1, len(listed) + 1))
    return [{name: record[name] for name in kind.a} for record in listed]


def add(api: Client, kind: Kind, value: Any) -> int:
    return api.new("lead", {"name": "Ana", kind.name: value})


def put(api: Client, kind: Kind, value: Any) -> None:
    assert api.data("PUT", "/api/lead/1", {kind.name: value}) == []


# Create


@kinds
@cases(NOTHING_ASKED, NONE)
def test_create_with_none(kind: Kind, part: Part, account: Client) -> None:
    add(account, kind, part(kind))
    assert shown(account, kind) is None
    assert kept(account, kind) == [kind.a, kind.b]


@kinds
def test_create_without(kind: Kind, account: Client) -> None:
    account.new("lead", {"name": "Ana"})
    assert shown(account, kind) is None


@kinds
@cases(KNOWN)
def test_create_with_a_record_of_the_account(kind: Kind, part: Part, account: Client) -> None:
    add(account, kind, part(kind))
    assert shown(account, kind) == {"id": 1, **kind.a}
    assert kept(account, kind) == [kind.a, kind.b]


@kinds
@cases(NEW)
def test_create_with_a_new_one(kind: Kind, part: Part, account: Client) -> None:
    add(account, kind, part(kind))
    assert shown(account, kind) == {"id": 3, **kind.c}
    assert kept(account, kind) == [kind.a, kind.b, kind.c]


@kinds
@each("method", ["POST", "PUT"])
@each("number", UNKNOWN)
def test_an_unknown_id_does_not_exist(kind: Kind, method: str, number: Any, account: Client) -> None:
    add(account, kind, {"id": 1})
    path = "/api/lead" + ("/1" if method == "PUT" else "")
    refused = account.request(method, path, json={"name": "Eva", kind.name: {"id": number}})
    assert faults(refused) == {kind.name: {"id": "_existsIn"}}
    assert [lead["name"] for lead in account.data("GET", "/api/lead")] == ["Ana"]
    assert shown(account, kind) == {"id": 1, **kind.a}


@kinds
@each("method", ["POST", "PUT"])
@each("number", NO_IDS)
def test_an_id_that_is_none_is_refused(kind: Kind, method: str, number: Any, account: Client) -> None:
    account.new("lead", {"name": "Ana"})
    path = "/api/lead" + ("/1" if method == "PUT" else "")
    refused = account.request(method, path, json={kind.name: {"id": number}})
    assert faults(refused) == {kind.name: {"id": "_integer"}}


@kinds
@each("method", ["POST", "PUT"])
@each("value", ["ana@example.com", "912345671", 1, True, 1.5, [{}], [[]]])
def test_what_is_no_object_is_refused(kind: Kind, method: str, value: Any, account: Client) -> None:
    account.new("lead", {"name": "Ana"})
    path = "/api/lead" + ("/1" if method == "PUT" else "")
    assert faults(account.request(method, path, json={kind.name: value})) == {kind.name: "_object"}


# Update of a lead that has A


@kinds
@cases(NOTHING_ASKED)
def test_update_with_nothing_asked(kind: Kind, part: Part, account: Client) -> None:
    add(account, kind, {"id": 1})
    put(account, kind, part(kind))
    account.data("PUT", "/api/lead/1", {"name": "Eva"})
    assert shown(account, kind) == {"id": 1, **kind.a}


@kinds
@cases(NONE)
def test_update_with_none_takes_the_link_and_leaves_the_record(
    kind: Kind, part: Part, account: Client
) -> None:
    add(account, kind, {"id": 1})
    put(account, kind, part(kind))
    assert shown(account, kind) is None
    assert kept(account, kind) == [kind.a, kind.b]


@kinds
@cases(KNOWN)
def test_update_with_the_same_changes_nothing(kind: Kind, part: Part, account: Client) -> None:
    add(account, kind, {"id": 1})
    put(account, kind, part(kind))
    assert shown(account, kind) == {"id": 1, **kind.a}
    assert kept(account, kind) == [kind.a, kind.b]


@kinds
@each("leads", [1, 2])
@cases(OTHER)
def test_update_with_another_record_links_it(kind: Kind, leads: int, part: Part, account: Client) -> None:
    for _ in range(leads):
        add(account, kind, {"id": 1})
    put(account, kind, part(kind))
    assert shown(account, kind) == {"id": 2, **kind.b}
    assert kept(account, kind) == [kind.a, kind.b]


@kinds
@cases(NEW)
def test_update_with_a_new_one_changes_the_present_record(kind: Kind, part: Part, account: Client) -> None:
    add(account, kind, {"id": 1})
    put(account, kind, part(kind))
    assert shown(account, kind) == {"id": 1, **kind.c}
    assert kept(account, kind) == [kind.c, kind.b]


@kinds
@cases(NEW)
def test_update_with_a_new_one_spares_a_record_that_another_lead_has(
    kind: Kind, part: Part, account: Client
) -> None:
    for _ in range(2):
        add(account, kind, {"id": 1})
    put(account, kind, part(kind))
    assert [shown(account, kind, lead) for lead in (1, 2)] == [{"id": 3, **kind.c}, {"id": 1, **kind.a}]
    assert kept(account, kind) == [kind.a, kind.b, kind.c]


@kinds
def test_a_changed_record_is_found_by_its_new_value_alone(kind: Kind, account: Client) -> None:
    add(account, kind, {"id": 1})
    put(account, kind, kind.c)
    assert faults(account.post(f"/api/{kind.name}", json=kind.c)) == {kind.key: "_isUnique"}
    assert account.new(kind.name, kind.a) == 3


# Update of a lead without


@kinds
@cases(NOTHING_ASKED, NONE)
def test_update_without_a_record_to_none(kind: Kind, part: Part, account: Client) -> None:
    account.new("lead", {"name": "Ana"})
    put(account, kind, part(kind))
    assert shown(account, kind) is None


@kinds
@cases(KNOWN)
def test_update_without_a_record_to_a_known_one(kind: Kind, part: Part, account: Client) -> None:
    account.new("lead", {"name": "Ana"})
    put(account, kind, part(kind))
    assert shown(account, kind) == {"id": 1, **kind.a}
    assert kept(account, kind) == [kind.a, kind.b]


@kinds
@cases(NEW)
def test_update_without_a_record_to_a_new_one(kind: Kind, part: Part, account: Client) -> None:
    account.new("lead", {"name": "Ana"})
    put(account, kind, part(kind))
    assert shown(account, kind) == {"id": 3, **kind.c}
    assert kept(account, kind) == [kind.a, kind.b, kind.c]


# A phone in part

BLANK = (None, "", "  ")
PARTS: list[tuple[JSON, JSON]] = [
    ({"number": "912345673"}, {"extension": "00351", "number": "912345673"}),
    *[
        ({"extension": blank, "number": "912345673"}, {"extension": "00351", "number": "912345673"})
        for blank in BLANK
    ],
    ({"extension": "33"}, {"extension": "33", "number": "912 345 671"}),
    ({"extension": "+351"}, PHONE.a),
    ({"number": "912345671"}, PHONE.a),
    ({"number": 912345673}, {"extension": "00351", "number": "912345673"}),
]


@each(("part", "after"), PARTS)
def test_a_part_takes_the_other_from_the_present_phone(part: JSON, after: JSON, account: Client) -> None:
    add(account, PHONE, {"id": 1})
    put(account, PHONE, part)
    assert shown(account, PHONE) == {"id": 1, **after}


def test_a_part_of_a_shared_phone_makes_a_new_one(account: Client) -> None:
    for _ in range(2):
        add(account, PHONE, {"id": 1})
    put(account, PHONE, {"number": "912345673"})
    after = {"id": 3, "extension": "00351", "number": "912345673"}
    assert [shown(account, PHONE, lead) for lead in (1, 2)] == [after, {"id": 1, **PHONE.a}]


@each("method", ["POST", "PUT"])
@each("part", [{"number": "912345673"}, *[{"extension": blank, "number": "912345673"} for blank in BLANK]])
def test_a_number_without_a_prefix_is_required(method: str, part: JSON, account: Client) -> None:
    account.new("lead", {"name": "Ana"})
    path = "/api/lead" + ("/1" if method == "PUT" else "")
    refused = account.request(method, path, json={"name": "Eva", "phone": part})
    assert faults(refused) == {"phone": {"extension": "_required"}}


@each("part", [{"extension": "351"}, *[{"extension": "351", "number": blank} for blank in BLANK]])
def test_a_prefix_without_a_number_is_no_phone(part: JSON, account: Client) -> None:
    add(account, PHONE, part)
    assert shown(account, PHONE) is None
    put(account, PHONE, part)
    assert shown(account, PHONE) is None
    assert kept(account, PHONE) == [PHONE.a, PHONE.b]


@each("blank", BLANK)
def test_a_blank_number_takes_the_link_whatever_the_prefix(blank: Any, account: Client) -> None:
    add(account, PHONE, {"id": 1})
    put(account, PHONE, {"extension": "34", "number": blank})
    assert shown(account, PHONE) is None


# PUT of the record itself


@kinds
@each("value", ["c", "a_respelled"])
def test_a_changed_record_shows_in_all_its_leads(kind: Kind, value: str, account: Client) -> None:
    new = getattr(kind, value)
    for number in (1, 1, 2):
        add(account, kind, {"id": number})
    account.data("PUT", f"/api/{kind.name}/1", new)
    assert [shown(account, kind, lead) for lead in (1, 2, 3)] == [
        {"id": 1, **new},
        {"id": 1, **new},
        {"id": 2, **kind.b},
    ]


@kinds
def test_a_changed_record_sorts_its_leads_anew(kind: Kind, account: Client) -> None:
    for number in (1, 2):
        add(account, kind, {"id": number})
    path = f"/api/lead?sort={kind.name}.{kind.key}"
    before = [lead["id"] for lead in account.data("GET", path)]
    account.data("PUT", f"/api/{kind.name}/{before[0]}", {"email": "zoe@example.com", "number": "99"})
    assert [lead["id"] for lead in account.data("GET", path)] == before[::-1]


def test_both_change_in_one_call(account: Client) -> None:
    account.new("lead", {"name": "Ana", "email": {"id": 1}, "phone": {"id": 1}})
    account.data("PUT", "/api/lead/1", {"name": "Eva", "city_id": 213, "email": EMAIL.c, "phone": None})
    assert account.data("GET", "/api/lead/1") | {"creation_date": ""} == {
        "id": 1,
        "name": "Eva",
        "creation_date": "",
        "city_id": 213,
        "custom_data": None,
        "email": {"id": 1, **EMAIL.c},
        "phone": None,
    }


def test_a_refused_update_changes_nothing(account: Client) -> None:
    account.new("lead", {"name": "Ana", "email": {"id": 1}, "phone": {"id": 1}})
    before = account.data("GET", "/api/lead/1")
    body = {"name": "Eva", "email": EMAIL.c, "phone": PHONE.c, "city_id": 309}
    assert faults(account.put("/api/lead/1", json=body)) == {"city_id": "_existsIn"}
    assert account.data("GET", "/api/lead/1") == before
    for kind in (EMAIL, PHONE):
        assert kept(account, kind) == [kind.a, kind.b]
