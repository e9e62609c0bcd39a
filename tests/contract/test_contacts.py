"""E-mail addresses and phone numbers: which are valid, and which are the same."""

import pytest

from tests.support.answers import faults
from tests.support.client import Client
from tests.support.values import MINIMAL, refused, stored

each = pytest.mark.parametrize

# E-mail addresses

SAME_ADDRESS = [
    ("Ana.Silva@Example.com", "ana.silva@EXAMPLE.COM"),
    ("josé@exämple.com", "JOSÉ@xn--exmple-cua.com"),
    ("jose\u0301@example.com", "jos\u00e9@example.com"),
]


@each(
    "text",
    [
        "x",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@b",
        "a@example..com",
        "a@-x.com",
        "a@@example.com",
        "a@x.test",
    ],
)
def test_an_address_is_valid_by_syntax(text: str, api: Client) -> None:
    assert refused(api, "email", {"email": text}) == {"email": "_email"}


@each(("first", "second"), SAME_ADDRESS)
def test_an_address_is_kept_as_given_and_is_there_once(
    first: str, second: str, api: Client, other_api: Client
) -> None:
    record = stored(api, "email", {"email": first})
    assert (record["email"], record["status"]) == (first, 1)
    assert faults(api.post("/api/email", json={"email": second})) == {"email": "_isUnique"}
    assert other_api.new("email", {"email": second}) == 1
    assert api.data("PUT", "/api/email/1", {"email": second}) == []
    assert api.data("GET", "/api/email/1")["email"] == second


# Phone numbers


@each("extension", ["001", "00351", "+351", "351", "1", "+1", "44", "00882"])
def test_prefixes_are_kept_as_typed(extension: str, api: Client) -> None:
    assert stored(api, "phone", {"extension": extension})["extension"] == extension


@each(
    "extension",
    [
        "0",
        "00",
        "+",
        "0351",
        "+00351",
        "000351",
        "999",
        "00999",
        "x",
        "PT",
        "３５１",
        "٣٥١",
        "3 51",
        "-351",
    ],
)
def test_what_is_no_prefix_is_refused(extension: str, api: Client) -> None:
    assert refused(api, "phone", {"extension": extension}) == {"extension": "_prefix"}


VALID: list[tuple[str, str, int]] = [
    ("351", "912345678", 1),
    ("00351", "912 345 678", 1),
    ("+351", "+351 912-345-678", 1),
    ("351", "00351912345678", 1),
    ("001", "517-388-1452", 1),
    ("001", "(604) 555-0123", 1),
    ("001", "604 822 2211", 1),
    ("1", "876-922-0642", 1),
    ("351", "12", 0),
    ("351", "not a number", 0),
    ("351", "+34 612345678", 0),
    ("34", "912345678", 1),
    ("34", "+351 912345678", 0),
]


@each(("extension", "number", "is_valid"), VALID)
def test_validity(extension: str, number: str, is_valid: int, api: Client) -> None:
    record = stored(api, "phone", {"extension": extension, "number": number})
    assert record | {"date_add": ""} == {
        "id": 1,
        "extension": extension,
        "number": number,
        "is_valid": is_valid,
        "date_add": "",
    }


SAME_NUMBER = [
    (("351", "912345678"), ("00351", "+351 912-345-678")),
    (("001", "517-388-1452"), ("+1", "(517) 388 1452")),
    (("351", "abc-1"), ("+351", "A.B/C 1")),
]


@each(("first", "second"), SAME_NUMBER)
def test_a_number_is_there_once(
    first: tuple[str, str], second: tuple[str, str], api: Client, other_api: Client
) -> None:
    bodies = [dict(zip(("extension", "number"), pair, strict=True)) for pair in (first, second)]
    api.new("phone", bodies[0])
    assert faults(api.post("/api/phone", json=bodies[1])) == {"number": "_isUnique"}
    assert other_api.new("phone", bodies[1]) == 1
    api.data("PUT", "/api/phone/1", bodies[1])
    assert api.data("GET", "/api/phone/1")["number"] == second[1]
    assert api.new("phone", bodies[0] | {"extension": "34"}) == 2


def test_validity_follows_a_change(api: Client) -> None:
    api.new("phone", MINIMAL["phone"])
    for extension, is_valid in (("1", 0), ("351", 1)):
        api.data("PUT", "/api/phone/1", {"extension": extension})
        assert api.data("GET", "/api/phone/1")["is_valid"] == is_valid


@each("name", ["email", "phone"])
def test_a_record_cannot_take_anothers_value(name: str, api: Client) -> None:
    api.new(name, MINIMAL[name])
    api.new(name, {"email": "bo@example.com", "extension": "34", "number": "612345678"})
    key = {"email": "email", "phone": "number"}[name]
    assert faults(api.put(f"/api/{name}/2", json=MINIMAL[name])) == {key: "_isUnique"}
    assert api.data("GET", f"/api/{name}/2")[key] in ("bo@example.com", "612345678")


def test_a_foreign_number_under_another_prefix_is_the_same_number(api: Client) -> None:
    api.new("phone", {"extension": "001", "number": "+351 912345678"})
    assert faults(api.post("/api/phone", json=MINIMAL["phone"])) == {"number": "_isUnique"}
