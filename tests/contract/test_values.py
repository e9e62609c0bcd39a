"""Values: every sentence of the contract on what a property takes, keeps and refuses."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.answers import DATE, failure, faults
from tests.support.client import JSON, Client
from tests.support.values import MINIMAL, refused, stored

each = pytest.mark.parametrize

# Keys


@each("name", MINIMAL)
def test_unknown_and_read_only_keys_are_ignored(name: str, api: Client) -> None:
    odd: JSON = {
        "0": "x",
        "": None,
        "id": 77,
        "ID": 78,
        "status": 5,
        "is_valid": [],
        "account_id": 1,
        "version": {},
    }
    odd |= dict.fromkeys(("creation_date", "register_date", "date_add"), "2001-01-01T00:00:00+00:00")
    plain = stored(api, name, odd)
    assert plain["id"] == 1
    assert api.data("PUT", f"/api/{name}/1", odd) == []
    assert api.data("GET", f"/api/{name}/1") == plain
    assert "2001" not in json.dumps(plain)


def test_keys_are_case_sensitive(api: Client) -> None:
    assert faults(api.post("/api/lead", json={"Name": "Ana"})) == {"name": "_atLeastOne"}


FULL: JSON = {
    "name": "Ana",
    "city_id": 213,
    "custom_data": '{"a":1}',
    "email": {"email": "ana@example.com"},
    "phone": {"extension": "351", "number": "912345678"},
}


@each("field", FULL)
@each("blank", [None, ""])
def test_null_and_empty_clear_and_absent_leaves_alone(field: str, blank: Any, api: Client) -> None:
    api.new("lead", FULL)
    before = api.data("GET", "/api/lead/1")
    assert api.data("PUT", "/api/lead/1", {field: blank}) == []
    assert api.data("GET", "/api/lead/1") == before | {field: None}


def test_an_update_without_keys_changes_nothing(api: Client) -> None:
    api.new("lead", FULL)
    before = api.data("GET", "/api/lead/1")
    assert api.data("PUT", "/api/lead/1", {}) == []
    assert api.data("GET", "/api/lead/1") == before


# Text

TEXTS: list[tuple[str, str, Any, str | None]] = [
    ("lead", "name", "José 'Zé' <b>\"x\"</b> \\ ; -- 日本 😀", "José 'Zé' <b>\"x\"</b> \\ ; -- 日本 😀"),
    ("lead", "name", "  Ana \t\n", "  Ana \t\n"),
    ("lead", "name", "\u200b.\u200b", "\u200b.\u200b"),
    ("lead", "name", "\x01", "\x01"),
    ("lead", "name", "Jose\u0301", "Jose\u0301"),
    ("lead", "name", 351, "351"),
    ("lead", "name", -5, "-5"),
    ("lead", "name", 0, "0"),
    ("lead", "name", 10**30, "1" + "0" * 30),
    ("email", "email", " \t Bo@EXAMPLE.com\n", "Bo@EXAMPLE.com"),
    ("email", "email", "\u00a0bo@example.com\u3000", "bo@example.com"),
    ("email", "email", "\ufeffbo@example.com\u200b", "bo@example.com"),
    ("email", "email", "\u2066bo@example.com \u2069\u200e", "bo@example.com"),
    ("phone", "extension", "\u200e+351\u200b", "+351"),
    ("phone", "number", "\u2067912345678\U000e0020", "912345678"),
    ("phone", "number", "912\u2009345\u200e678", "912\u2009345\u200e678"),
    ("phone", "extension", " 00351 ", "00351"),
    ("phone", "extension", 351, "351"),
    ("phone", "number", "\t912 345-678 ", "912 345-678"),
    ("phone", "number", 912345678, "912345678"),
    ("phone", "number", "+351 912 345 678", "+351 912 345 678"),
    ("lead", "custom_data", 5, "5"),
]


@each(("name", "field", "sent", "kept"), TEXTS)
def test_text_is_kept(name: str, field: str, sent: Any, kept: str, api: Client) -> None:
    assert stored(api, name, {field: sent})[field] == kept


NOT_TEXT: list[Any] = [True, False, 1.5, 1e-3]
FIELDS = [("lead", "name"), ("email", "email"), ("phone", "extension"), ("phone", "number")]


@each(("name", "field"), FIELDS)
@each("value", [*NOT_TEXT, [], {}, ["a"], {"a": 1}])
def test_what_is_no_text_is_refused(name: str, field: str, value: Any, api: Client) -> None:
    assert refused(api, name, {field: value}) == {field: "_scalar"}


@each("value", NOT_TEXT)
def test_custom_data_is_text_or_a_document(value: Any, api: Client) -> None:
    assert refused(api, "lead", {"custom_data": value}) == {"custom_data": "_scalar"}


# Integers


WHOLE: list[tuple[bytes, int | None]] = [
    (b"213.0", 213),
    (b"213.000", 213),
    (b"2.13e2", 213),
    (b"2.13E+2", 213),
    (b"21300e-2", 213),
    (b"0.0213e4", 213),
    (b"1e0", 1),
    (b"0." + b"0" * 200_000 + b"1e200001", 1),
]


@each(("sent", "kept"), WHOLE)
def test_numbers_that_are_whole_as_written_are_integers(sent: bytes, kept: int, api: Client) -> None:
    assert api.post("/api/lead", content=b'{"name":"A","city_id":%b}' % sent).status_code == 201
    assert api.data("GET", "/api/lead/1")["city_id"] == kept
    assert api.put("/api/lead/1", content=b'{"name":%b,"phone":{"extension":%b}}' % (sent, sent)).is_success
    assert api.data("GET", "/api/lead/1")["name"] == str(kept)


@each(
    ("sent", "kept"),
    [
        (b"9007199254740993.0", "9007199254740993"),
        (b"-5.0", "-5"),
        (b"-0.0", "0"),
        (b"0e99999999", "0"),
        (b"0.0e-99999999999", "0"),
        (b"1e254", "1" + "0" * 254),
    ],
)
def test_whole_numbers_never_go_through_a_binary_float(sent: bytes, kept: str, api: Client) -> None:
    assert api.post("/api/lead", content=b'{"name":%b}' % sent).status_code == 201
    assert api.data("GET", "/api/lead/1")["name"] == kept


@each(
    ("sent", "status"), [(b"1e400", 400), (b"1e255", 422), (b"0.5", 422), (b"1e-400", 422), (b"2135e-1", 422)]
)
def test_other_numbers_are_no_text(sent: bytes, status: int, api: Client) -> None:
    assert api.post("/api/lead", content=b'{"name":%b}' % sent).status_code == status
    assert api.data("GET", "/api/lead") == []


@each(("sent", "kept"), [(213, 213), ("213", 213), ("0213", 213), ("1", 1), ("", None), (None, None)])
def test_integers(sent: Any, kept: int | None, api: Client) -> None:
    assert stored(api, "lead", {"city_id": sent})["city_id"] == kept


@each(
    "value",
    [True, False, 213.5, 1.5, "1.0", "+1", "-1", " 1", "1 ", "1e2", "٣", "１", "²", "x", "0x1", [], {}, [1]],
)
def test_what_is_no_integer_is_refused(value: Any, api: Client) -> None:
    assert refused(api, "lead", {"city_id": value}) == {"city_id": "_integer"}


@each("value", [0, "0", -1, 309, "309", 2**31, 2**63 - 1, 2**63, -(2**63), 10**30, "9" * 40])
def test_an_unknown_city_does_not_exist(value: Any, api: Client) -> None:
    assert refused(api, "lead", {"city_id": value}) == {"city_id": "_existsIn"}


# Lengths

ADDRESS_254 = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 57}.com"
LONGEST: list[tuple[str, str, Any, Any]] = [
    ("lead", "name", "a" * 255, "a" * 256),
    ("lead", "name", "é" * 255, "é" * 256),
    ("lead", "name", "😀" * 255, "😀" * 256),
    ("lead", "name", int("9" * 255), int("9" * 256)),
    ("email", "email", ADDRESS_254, ADDRESS_254.replace(".com", "d.com")),
    ("email", "email", f"  {ADDRESS_254}  ", "a" * 300),
    ("phone", "number", "9" * 64, "9" * 65),
    ("phone", "number", f"\u200b {'x' * 64} \u200e", "x" * 65),
    ("lead", "custom_data", f'"{"a" * 65_534}"', f'"{"a" * 65_535}"'),
    ("lead", "custom_data", f'"{"é" * 32_767}"', f'"{"é" * 32_767}a"'),
    ("lead", "custom_data", ["a" * 65_532], ["a" * 65_533]),
]


@each(("name", "field", "longest", "longer"), LONGEST)
def test_lengths(name: str, field: str, longest: Any, longer: Any, api: Client) -> None:
    assert refused(api, name, {field: longer}) == {field: "_maxLength"}
    kept = stored(api, name, {field: longest})[field]
    assert kept == (json.dumps(longest) if isinstance(longest, list) else str(longest).strip(" \u200b\u200e"))


@each(("extension", "rule"), [("0" * 13 + "351", "_prefix"), ("0" * 14 + "351", "_maxLength")])
def test_the_length_of_an_extension(extension: str, rule: str, api: Client) -> None:
    assert refused(api, "phone", {"extension": extension}) == {"extension": rule}


# What has to be there


@each(("name", "field"), [("email", "email"), ("phone", "extension"), ("phone", "number")])
def test_required_fields(name: str, field: str, api: Client) -> None:
    rest = {key: value for key, value in MINIMAL[name].items() if key != field}
    assert faults(api.post(f"/api/{name}", json=rest)) == {field: "_required"}
    api.new(name, MINIMAL[name])
    for blank in (None, "", "  ", "\t\n", "\u200b\ufeff"):
        assert faults(api.post(f"/api/{name}", json=rest | {field: blank})) == {field: "_empty"}
        assert faults(api.put(f"/api/{name}/1", json={field: blank})) == {field: "_empty"}
    assert api.data("PUT", f"/api/{name}/1", rest) == []


def test_all_faults_at_once_with_their_messages(api: Client) -> None:
    body = {
        "name": "a" * 256,
        "city_id": True,
        "custom_data": "{",
        "email": {"email": "x"},
        "phone": {"extension": "x", "number": []},
    }
    data = failure(api.post("/api/lead", json=body), 422, "/api/lead")
    rules = faults(api.post("/api/lead", json=body))
    assert rules == {
        "name": "_maxLength",
        "city_id": "_integer",
        "custom_data": "_json",
        "email": {"email": "_email"},
        "phone": {"extension": "_prefix", "number": "_scalar"},
    }
    assert data["errorCount"] == 6
    assert data["errors"]["city_id"] == {"_integer": "This value must be a whole number"}


MESSAGES: list[tuple[str, JSON, JSON]] = [
    (
        "phone",
        {},
        {
            "extension": {"_required": "This field is required"},
            "number": {"_required": "This field is required"},
        },
    ),
    ("email", {"email": ""}, {"email": {"_empty": "This field cannot be left empty"}}),
    ("email", MINIMAL["email"], {"email": {"_isUnique": "This value is already in use"}}),
    ("lead", {"name": "A", "city_id": 0}, {"city_id": {"_existsIn": "This value does not exist"}}),
    (
        "lead",
        {"city_id": 0, "email": {"id": 9}, "phone": {"id": 9}},
        {
            "city_id": {"_existsIn": "This value does not exist"},
            "email": {"id": {"_existsIn": "This value does not exist"}},
            "phone": {"id": {"_existsIn": "This value does not exist"}},
        },
    ),
    ("lead", {"phone": {"number": "9"}}, {"phone": {"extension": {"_required": "This field is required"}}}),
]


@each(("name", "body", "errors"), MESSAGES)
def test_the_messages_of_rules(name: str, body: JSON, errors: JSON, api: Client) -> None:
    api.new("email", MINIMAL["email"])
    assert failure(api.post(f"/api/{name}", json=body), 422)["errors"] == errors


NOBODY: list[JSON] = [
    {},
    {"name": None},
    {"name": ""},
    {"name": "   "},
    {"name": "\u3000\u200b\u2066\ufeff\u2800\u3164"},
    {"email": [], "phone": []},
    {"phone": {"number": "\u200b"}, "email": {"email": "\ufeff "}},
    {"city_id": 213},
    {"custom_data": "{}"},
    {"email": {}, "phone": {}},
    {"email": None, "phone": {"extension": "351"}},
    {"email": {"email": ""}, "phone": {"number": ""}},
]


@each("body", NOBODY)
def test_a_lead_needs_a_name_an_address_or_a_number(body: JSON, api: Client) -> None:
    answer = api.post("/api/lead", json=body)
    assert faults(answer) == {"name": "_atLeastOne"}
    message = "At least one of name, email, phone is needed"
    assert answer.json()["data"]["errors"] == {"name": {"_atLeastOne": message}}


def test_a_name_of_nothing_visible_clears_it(api: Client) -> None:
    api.new("lead", {"name": " Ana ", "email": {"email": "ana@example.com"}})
    assert api.data("GET", "/api/lead/1")["name"] == " Ana "
    assert api.data("PUT", "/api/lead/1", {"name": " \u200b"}) == []
    assert api.data("GET", "/api/lead/1")["name"] is None
    assert faults(api.put("/api/lead/1", json={"email": None})) == {"name": "_atLeastOne"}


@each("kept", ["name", "email", "phone"])
def test_the_last_of_the_three_cannot_go(kept: str, api: Client) -> None:
    api.new("lead", FULL)
    gone = {field: None for field in ("name", "email", "phone") if field != kept}
    assert api.data("PUT", "/api/lead/1", gone) == []
    assert faults(api.put("/api/lead/1", json={kept: ""})) == {"name": "_atLeastOne"}
    assert api.data("GET", "/api/lead/1")[kept] is not None
    other = "email" if kept == "name" else "name"
    assert api.data("PUT", "/api/lead/1", {kept: None, other: FULL[other]}) == []


# custom_data

DOCUMENTS = [
    '{"a":1}',
    ' { "b" : 2 ,\n"a":1.10e0 } ',
    "[null]",
    "null",
    '"x"',
    "1e5",
    "true",
    "[]",
    "{}",
    '"\\u00e9\\/é"',
]


@each("text", DOCUMENTS)
def test_a_documents_text_is_kept_byte_for_byte(text: str, api: Client) -> None:
    assert stored(api, "lead", {"custom_data": text})["custom_data"] == text
    assert api.data("GET", "/api/lead")[0]["custom_data"] == text


BARE: list[tuple[str, str]] = [
    ('{ "b" : 2, "a" : [ 1, null, true, "é\\u00e9" ] }', '{"b":2,"a":[1,null,true,"éé"]}'),
    ("[ ]", "[]"),
    ("{}", "{}"),
    ('[12345678901234567890123, 1.5, -0.25, "\\n"]', '[12345678901234567890123,1.5,-0.25,"\\n"]'),
]


@each(("sent", "kept"), BARE)
def test_a_bare_document_is_kept_compactly(sent: str, kept: str, api: Client) -> None:
    answer = api.post("/api/lead", content=f'{{"name":"A","custom_data":{sent}}}'.encode())
    assert answer.status_code == 201
    assert api.data("GET", "/api/lead/1")["custom_data"] == kept


@each("text", ["abc", "{", "{'a':1}", "[1,]", "NaN", " ", "1 2", "\ufeff{}", "\x00", "[1]\x00"])
def test_what_is_no_document_is_refused(text: str, api: Client) -> None:
    if "\x00" in text:  # refused with the whole body
        failure(api.post("/api/lead", json={"name": "A", "custom_data": text}), 400)
    else:
        assert refused(api, "lead", {"custom_data": text}) == {"custom_data": "_json"}


# Ids and dates


@each(("name", "field"), [("lead", "creation_date"), ("email", "register_date"), ("phone", "date_add")])
def test_dates(name: str, field: str, api: Client) -> None:
    record = stored(api, name, {})
    assert DATE.fullmatch(record[field])
    assert abs(datetime.fromisoformat(record[field]) - datetime.now(UTC)) < timedelta(minutes=2)
    assert api.data("GET", f"/api/{name}")[0][field] == record[field]


def test_ids_count_from_1_in_every_account_without_gaps(api: Client, other_api: Client) -> None:
    for client, number in itertools.product((api, other_api), (1, 2, 3)):
        assert client.new("lead", {"email": {"email": f"a{number}@example.com"}}) == number
        failure(client.post("/api/lead", json={"name": "A", "city_id": 0}), 422)
        failure(client.post("/api/email", json={"email": f"a{number}@example.com"}), 422)
        assert client.data("GET", f"/api/lead/{number}")["email"]["id"] == number


def test_creates_at_the_same_time_share_records_and_leave_no_gaps(api: Client) -> None:
    bodies = [{"city_id": n % 3, "email": {"email": f"a{n % 4}@example.com"}} for n in range(60)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda body: api.post("/api/lead", json=body), bodies))
    assert [answer.status_code for answer in answers] == [422, 201, 201] * 20
    ids = [answer.json()["data"]["id"] for answer in answers if answer.status_code == 201]
    assert sorted(ids) == list(range(1, 41))
    assert len(api.data("GET", "/api/email")) == 4
