"""E-mail addresses and phone numbers: which are valid, and which are the same."""

import pytest

from closum.model import draft
from closum.operations import check, records
from closum.resources.lead import LEAD
from closum.store import rows
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.answers import faults
from tests.support.client import JSON, Client
from tests.support.stored import ids
from tests.support.values import MINIMAL, refused, stored

each = pytest.mark.parametrize

# E-mail addresses

SAME_ADDRESS = [
    ("Ana.Silva@Example.com", "ana.silva@EXAMPLE.COM"),
    ("josé@exämple.com", "JOSÉ@xn--exmple-cua.com"),
    ("jose\u0301@example.com", "jos\u00e9@example.com"),
    ('"aa..bb17"@docomo.ne.jp', '"AA..bb17"@DOCOMO.ne.jp'),
    ('"ana"@example.com', "ana@example.com"),
    ('"an\\\\a b"@example.com', '"AN\\\\A B"@example.com'),
    ("ana@example.com", '"a\\na"@example.com'),
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
        "aa..bb17@docomo.ne.jp",
        '""@example.com',
        '"ana@example.com',
        'a"na"@example.com',
        "a\u200ba@example.com",
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


@each(
    "extension",
    [
        *("001", "00351", "+351", "351", "1", "+1", "44", "00882"),
        *("(+351)", "00 351", "+1242", "1 242", "1-876", "44-1481", "61 891", "00 1 (242)", "7 7"),
    ],
)
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
        "12",
        "1 212",
        "351 912",
        "1 242 359 1234",
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
    ("34", "912345678", 1),
    ("351", "212 999 001 ext. 12", 1),
    ("351", "212 999 001 ramal 12", 1),
    ("351", "912\u2009341 208", 1),
    ("351", "912\u200e341208", 1),
    ("351", "912341212; 912341213", 0),
    ("351", "912341212x912341213", 0),
    ("351", "212 999 001/2", 0),
    ("351", "912341212 casa", 0),
    ("351", "sem telefone", 0),
    ("+1242", "359 1234", 1),
    ("1-876", "922-0642", 1),
    ("61 891", "62 1234", 1),
    ("44-1481", "01481 712345", 1),
    ("55", "0055 34 91234 5678", 1),
    ("001", "1-800-FLOWERS", 1),
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
    (("351", "abc-123"), ("+351", "A.B/C 12/3")),
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


@each(
    ("body", "extension", "is_valid"),
    [
        ({"number": "+351 912 340 999"}, "00351", 1),
        ({"extension": None, "number": "+351 912 340 999"}, "00351", 1),
        ({"extension": " \u200b", "number": "\uff0b351 912 340 999"}, "00351", 1),
        ({"number": "tel:+1-242-359-1234"}, "001", 1),
        ({"number": "+34 612"}, "0034", 0),
        ({"extension": "351", "number": "+34 612 345 678"}, "0034", 1),
        ({"extension": "351", "number": "0034 612 345 678"}, "0034", 1),
        ({"extension": "+34", "number": "0034 612 345 678"}, "+34", 1),
        ({"extension": "1242", "number": "+1 876 922 0642"}, "1242", 1),
    ],
)
def test_a_number_tells_its_prefix(body: JSON, extension: str, is_valid: int, api: Client) -> None:
    api.new("phone", body)
    record = api.data("GET", "/api/phone/1")
    assert (record["extension"], record["is_valid"]) == (extension, is_valid)
    shown = {"id": 1, "extension": extension, "number": record["number"]}
    assert api.data("GET", f"/api/lead/{api.new('lead', {'phone': body})}")["phone"] == shown
    api.new("lead", {"name": "Ana"})
    api.data("PUT", "/api/lead/2", {"phone": body})
    assert api.data("GET", "/api/lead/2")["phone"] == shown
    assert api.data("GET", "/api/phone") == [record]


@each(
    ("body", "rules"),
    [
        ({"number": "912340999"}, {"extension": "_required"}),
        ({"number": "00351 912340999"}, {"extension": "_required"}),
        ({"number": "+999 912340999"}, {"extension": "_required"}),
        ({"extension": "", "number": "912340999"}, {"extension": "_empty"}),
        ({"extension": "x", "number": "+351912340999"}, {"extension": "_prefix"}),
        ({"number": ""}, {"extension": "_required", "number": "_empty"}),
    ],
)
def test_a_number_that_tells_no_prefix_needs_one(body: JSON, rules: JSON, api: Client) -> None:
    assert faults(api.post("/api/phone", json=body)) == rules


def test_a_change_of_one_part_reads_both_again(api: Client) -> None:
    def shown() -> tuple[str, str, int]:
        record = api.data("GET", "/api/phone/1")
        return record["extension"], record["number"], record["is_valid"]

    api.new("phone", MINIMAL["phone"])
    lead = api.new("lead", {"phone": {"id": 1}})
    api.data("PUT", "/api/phone/1", {"number": "+34 612 345 678"})
    assert shown() == ("0034", "+34 612 345 678", 1)
    assert api.data("GET", f"/api/lead/{lead}")["phone"]["extension"] == "0034"
    api.data("PUT", "/api/phone/1", {"extension": "351"})
    assert shown() == ("0034", "+34 612 345 678", 1)
    api.data("PUT", f"/api/lead/{lead}", {"phone": {"number": "+351 212 999 001"}})
    assert shown() == ("00351", "+351 212 999 001", 1)
    api.data("PUT", f"/api/lead/{lead}", {"phone": {"number": "912 345 678"}})
    assert shown() == ("00351", "912 345 678", 1)
    assert faults(api.put("/api/phone/1", json={"extension": None})) == {"extension": "_empty"}


def test_people_at_one_switchboard_are_different_people(api: Client) -> None:
    numbers = ["212 999 001", "212 999 001 ext. 12", "212 999 001 ext. 34"]
    bodies = [{"phone": {"extension": "351", "number": text}} for text in numbers]
    for body in bodies:
        api.new("lead", body)
    again = ["+351 212999001;ext=12", "+351 212 999 001 ext. 12.", "+351 212 999 001 (ext. 12);"]
    for text in again:
        api.new("lead", {"phone": {"number": text}})
    shown = [lead["phone"]["number"] for lead in api.data("GET", "/api/lead")]
    assert shown == numbers + [numbers[1]] * len(again)
    assert [record["is_valid"] for record in api.data("GET", "/api/phone")] == [1, 1, 1]


NOBODYS = ["sem telefone", "-", "?", "12", "+351"]


@each("text", NOBODYS)
def test_nobodys_number_is_never_shared_and_never_a_clash(text: str, api: Client) -> None:
    phone = {"extension": "00351", "number": text}
    assert [api.new("phone", phone), api.new("phone", phone)] == [1, 2]
    leads = [api.new("lead", {"phone": phone}) for _ in range(2)]
    shown = [api.data("GET", f"/api/lead/{lead}")["phone"] for lead in leads]
    assert shown == [{"id": 3, **phone}, {"id": 4, **phone}]
    api.data("PUT", "/api/phone/2", phone)
    api.data("PUT", "/api/phone/1", {"number": "912345678"})
    api.data("PUT", "/api/phone/1", {"number": text})
    assert [(one["number"], one["is_valid"]) for one in api.data("GET", "/api/phone")] == [(text, 0)] * 4


def test_nobodys_number_in_an_update(api: Client) -> None:
    """The present one with the same spelling stays; another spelling is a new value."""
    phone = {"extension": "351", "number": "sem telefone"}
    for _ in range(2):
        api.new("lead", {"phone": phone})
    for body in (phone, {"number": "sem telefone"}, {"extension": "351"}, {"id": 2, **phone}):
        api.data("PUT", "/api/lead/1", {"phone": body})
        assert api.data("GET", "/api/lead/1")["phone"] == {"id": 1, **phone}
    api.data("PUT", "/api/lead/1", {"phone": {"number": "não tem"}})
    api.data("PUT", "/api/lead/2", {"phone": {"id": 1}})
    api.data("PUT", "/api/lead/2", {"phone": {"number": "-"}})
    assert [lead["phone"]["number"] for lead in api.data("GET", "/api/lead")] == ["não tem", "-"]
    api.data("PUT", "/api/lead/2", {"phone": {"number": "912345678"}})
    assert [one["number"] for one in api.data("GET", "/api/phone")] == [
        "não tem",
        "sem telefone",
        "912345678",
    ]


def test_leads_of_one_set_without_a_number_have_a_record_each(session: Session, account: Account) -> None:
    body: JSON = {"phone": {"extension": "351", "number": "-"}}
    bodies: list[JSON] = [
        body,
        body,
        {"name": "Ana"},
        {"phone": {"extension": "351", "number": "912345678"}},
        body,
    ]
    drafts = [draft.parse(LEAD, one) for one in bodies * 2]
    with session.write(account.id) as unit:
        assert ids(records.create_many(unit, LEAD, drafts)) == list(range(1, 11))
        found = rows.rows_by(unit, LEAD, "id", range(1, 11))
        phones = [found[number] for number in range(1, 11)]
    assert [row["phone_id"] if row else 0 for row in phones] == [1, 2, None, 3, 4, 5, 6, None, 3, 7]
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
