"""Every resource over the real server, on both engines, with both clients."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from closum.accounts import passwords, users
from closum.store import identity
from closum_client import (
    UNSET,
    BadRequest,
    Client,
    Invalid,
    NotFound,
    PreconditionFailed,
    Unauthorized,
    UnexpectedAnswer,
    Upserted,
)
from closum_client.records import Account, City, Lead, LeadEmail, LeadPhone
from tests.clients.python.both import Connect
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import body, ok, page
from tests.support.server import Server


def test_a_lead(client: Client) -> None:
    made = client.leads.create(
        name="Sylvia L. Hook",
        email={"email": "sylvialhook@closum.com"},
        phone={"extension": "001", "number": "517-388-1452"},
    )
    lead = client.leads.retrieve(made)
    assert isinstance(lead, Lead)
    assert (lead.id, lead.name, lead.city_id, lead.custom_data) == (made, "Sylvia L. Hook", None, None)
    assert lead.email == LeadEmail(id=1, email="sylvialhook@closum.com")
    assert lead.phone == LeadPhone(id=1, extension="001", number="517-388-1452")
    assert timedelta(minutes=-1) < datetime.now(UTC) - lead.creation_date < timedelta(minutes=1)
    assert lead.creation_date.utcoffset() == timedelta(0)
    (listed,) = client.leads.list()
    assert listed.email == LeadEmail(id=None, email="sylvialhook@closum.com")


def test_a_lead_that_may_be_there(client: Client) -> None:
    new = {"email": "ana@example.com", "custom_data": {"order": 7}}
    made = client.leads.upsert(match="email", name="Ana", **new)  # type: ignore[arg-type]
    assert made == Upserted(made.id, "created")
    for how, name, result in (
        (None, "Rui", "updated"),
        ("update", "Rui", "unchanged"),
        ("skip", "Eva", "skipped"),
        ("fill_empty", "Eva", "unchanged"),
    ):
        found = client.leads.upsert(match="custom_data.order", on_match=how, name=name, **new)  # type: ignore[arg-type]
        assert found == Upserted(made.id, result)
    assert client.leads.retrieve(made.id).name == "Rui"
    other = client.leads.upsert(match="email", on_match="create", name="Ana", **new)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as invalid:
        client.leads.upsert(match="email", name="Eva", email="ana@example.com")
    assert f"{made.id}, {other.id}" in str(invalid.value)
    assert client.leads.upsert(match="id", id=other.id, name="Eva") == Upserted(other.id, "updated")
    with pytest.raises(NotFound):
        client.leads.upsert(match="id", id=999, name="Eva")
    for wrong in ({"id": "x"}, {"id": 1.5}, {"nam": "Eva"}):
        with pytest.raises((TypeError, ValueError)):
            client.leads.upsert(match="id", **wrong)


def test_many_leads_take_values_as_one_does(client: Client) -> None:
    ids = [client.leads.create(name=name) for name in ("Ana", "Eva")]
    which = [f"id>={ids[0]}", f"id<={ids[1]}"]
    values: dict[str, Any] = {"email": "office@example.com", "phone": {"number": "+351 912 340 999"}}
    tried = client.leads.patch_many(filter=which, dry_run=True, **values)
    done = client.leads.patch_many(filter=which, if_count=tried["if_count"], **values)
    assert (tried["count"], done["changed"], done["refused"]) == (2, 2, [])
    first, second = map(client.leads.retrieve, ids)
    assert first.email
    assert first.phone
    assert (first.email.email, first.phone.extension) == ("office@example.com", "00351")
    assert (second.email, second.phone) == (first.email, first.phone)
    client.leads.update(ids[0], email="ana@example.com")
    email = client.leads.retrieve(ids[0]).email
    tried = client.leads.patch_many(filter=which[1:], email=email, dry_run=True)
    client.leads.patch_many(filter=which[1:], email=email, if_count=tried["if_count"])
    assert client.leads.retrieve(ids[1]).email == email


def test_absent_is_not_none(client: Client) -> None:
    made = client.leads.create(name="Sylvia", city_id=213, phone={"extension": "351", "number": "912345678"})
    assert client.leads.update(made, name=UNSET, city_id=40) is None
    lead = client.leads.retrieve(made)
    assert (lead.name, lead.city_id, lead.phone is None) == ("Sylvia", 40, False)
    client.leads.update(made, city_id=None, phone=None)
    lead = client.leads.retrieve(made)
    assert (lead.name, lead.city_id, lead.phone) == ("Sylvia", None, None)
    client.leads.update(made)
    assert client.leads.retrieve(made) == lead


@pytest.mark.parametrize("data", ['{"a": 1.50}', {"a": [1, None, "ü"]}, [], {}, "7", None])
def test_custom_data(client: Client, data: object) -> None:
    made = client.leads.create(name="Sylvia", custom_data=data)  # type: ignore[call-overload]
    found = client.leads.retrieve(made).custom_data
    assert found == data if isinstance(data, str | None) else json.loads(found or "") == data
    client.leads.update(made, custom_data={"b": 2})
    lead = client.leads.retrieve(made)
    assert (lead.custom_data, lead.custom) == ('{"b":2}', {"b": 2})


def test_the_account(client: Client) -> None:
    before = client.account.retrieve()
    assert isinstance(before, Account)
    assert (before.zone, before.country, before.language, before.revision) == ("UTC", None, "en", "first")
    assert client.account.update(zone="europe/lisbon", country="PT", name=UNSET) is None
    assert client.account.retrieve() == replace(before, zone="Europe/Lisbon", country="PT")
    client.account.update(country=None, zone=before.zone)
    assert client.account.retrieve() == before
    with pytest.raises(Invalid) as invalid:
        client.account.update(zone="WET+1", revision="second")
    assert {*invalid.value.errors} == {"zone", "revision"}
    client.account.update()
    assert client.account.retrieve() == before


def test_a_patch_merges_and_an_update_replaces(client: Client) -> None:
    made = client.leads.create(name="Sylvia", custom_data={"a": 1, "b": {"c": 2}})
    client.leads.patch(made, custom_data={"a": None, "b": {"d": 3}})
    lead = client.leads.retrieve(made)
    assert (lead.name, lead.custom) == ("Sylvia", {"b": {"c": 2, "d": 3}})
    client.leads.patch(made, name="Rui", city_id=UNSET, phone="+351 912 340 999")
    lead = client.leads.retrieve(made)
    assert (lead.name, lead.custom, lead.phone is None) == ("Rui", {"b": {"c": 2, "d": 3}}, False)
    client.account.patch(zone="Europe/Lisbon")
    assert client.account.retrieve().zone == "Europe/Lisbon"
    with pytest.raises(TypeError, match="unexpected keyword argument 'nmae'"):
        client.leads.patch(made, nmae="Ana")  # type: ignore[call-overload]


def test_a_write_may_give_the_record(client: Client) -> None:
    lead = client.leads.create(name="Sylvia", email="sylvia@example.com", returning=True)
    assert isinstance(lead, Lead)
    assert (lead, lead.etag) == ((found := client.leads.retrieve(lead.id)), found.etag)
    changed = client.leads.update(lead.id, city_id=40, if_match=lead.etag, returning=True)
    patched = client.leads.patch(lead.id, custom_data={"a": 1}, if_match=changed.etag, returning=True)
    assert (changed.city_id, patched.custom) == (40, {"a": 1})
    assert (patched, patched.etag) == ((found := client.leads.retrieve(lead.id)), found.etag)
    with pytest.raises(PreconditionFailed):
        client.leads.update(lead.id, name="Rui", if_match=lead.etag, returning=True)
    account = client.account.update(country="PT", returning=True)
    assert (account, account.etag) == ((own := client.account.retrieve()), own.etag)
    assert client.account.patch(returning=True) == account


def test_an_older_server_does_not_give_the_record(scripted: Scripted) -> None:
    client, script = scripted(ok({"id": 1}, 201), ok([]))
    with pytest.raises(UnexpectedAnswer) as raised:
        client.leads.create(name="Sylvia", returning=True)
    assert raised.value.outcome_unknown
    with pytest.raises(UnexpectedAnswer):
        client.leads.update(1, name="Sylvia", returning=True)
    assert [one.headers["Prefer"] for one in script.requests] == ["return=representation"] * 2


def test_an_email(client: Client) -> None:
    made = client.emails.create(email="sylvialhook@closum.com")
    client.emails.update(made, email="update.sylvialhook@closum.com")
    found = client.emails.retrieve(made)
    assert (found.id, found.email, found.status) == (made, "update.sylvialhook@closum.com", 1)
    assert found.register_date.tzinfo is not None
    assert list(client.emails.list(sort="register_date")) == [found]


def test_a_phone(client: Client) -> None:
    ids = [client.phones.create(extension="351", number=number) for number in ("912345678", "1")]
    found = [client.phones.retrieve(one) for one in ids]
    assert [phone.is_valid for phone in found] == [True, False]
    client.phones.update(ids[1], number="913456789")
    assert client.phones.retrieve(ids[1]).is_valid is True


def test_cities(client: Client) -> None:
    assert client.cities.retrieve(213) == City(id=213, city_name="Abrantes")
    assert len(list(client.cities.list(limit=100))) == 308
    assert not hasattr(client.cities, "create")


def test_what_the_server_refuses(client: Client) -> None:
    with pytest.raises(Invalid) as raised:
        client.leads.create(email={"email": "no address"}, phone={"number": "1"})
    assert set(raised.value.errors) == {"email", "phone"}
    assert "phone.extension: This field is required" in str(raised.value)
    assert raised.value.request_id
    with pytest.raises(NotFound):
        client.leads.retrieve(99)
    with pytest.raises(NotFound):
        client.leads.update(99, name="Nobody")
    with pytest.raises(BadRequest, match="'sort' must be one of"):
        client.leads.list(sort="age").first_page()  # type: ignore[arg-type]


@pytest.mark.parametrize("id", [1.0, True, None, b"1", [1]])
def test_an_id_is_a_whole_number(scripted: Scripted, id: object) -> None:
    client, script = scripted()
    for call in (client.leads.retrieve, client.leads.update):
        with pytest.raises(TypeError, match=f"an id is an int or its digits, not {type(id).__name__}"):
            call(id)  # type: ignore[call-overload]
    assert script.calls == []


@pytest.mark.parametrize("id", ["", " 1", "-1", "+1", "1.0", "1e3", "\u0661", "../token", "1" * 20])
def test_an_id_as_text_has_digits_alone(scripted: Scripted, id: str) -> None:
    client, script = scripted()
    for call in (client.leads.retrieve, client.leads.update):
        with pytest.raises(ValueError, match="an id is a whole number or its digits"):
            call(id)
    assert script.calls == []


class Index:
    """As those of numpy and pandas are."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __index__(self) -> int:
        return self._number


def test_ids_may_be_text(client: Client) -> None:
    made = str(client.leads.create(name="Ana"))
    client.leads.update(made, name="Rui")
    for one in (made, f"0{made}", Index(int(made))):
        assert client.leads.retrieve(one).name == "Rui"  # type: ignore[arg-type]
    email = client.emails.create(email="ana@example.com")
    client.leads.update(made, email={"id": str(email)})
    assert client.leads.retrieve(made).email == LeadEmail(id=email, email="ana@example.com")
    with pytest.raises(NotFound):
        client.leads.retrieve("99")


def test_an_address_stands_for_the_record(client: Client) -> None:
    made = client.leads.create(email="ana@example.com", phone={"extension": "351", "number": "912345678"})
    assert client.leads.retrieve(made).email == LeadEmail(id=1, email="ana@example.com")
    client.leads.update(made, email="rui@example.com", phone="912345679")
    lead = client.leads.retrieve(made)
    assert (lead.email and lead.email.email, lead.phone and lead.phone.number) == (
        "rui@example.com",
        "912345679",
    )
    client.leads.update(made, email="")
    assert client.leads.retrieve(made).email is None
    with pytest.raises(Invalid, match=r"email\.email: "):
        client.leads.create(email="no address")


def test_a_text_is_sent_as_what_makes_a_record_one(scripted: Scripted) -> None:
    client, script = scripted(ok({"id": 1}, 201))
    client.leads.create(email="ana@example.com", phone="+351 912 340 999")
    assert body(script.requests[0]) == {
        "email": {"email": "ana@example.com"},
        "phone": {"number": "+351 912 340 999"},
    }


def test_a_list_shows_the_ids_of_nested_records_where_there_are_some(scripted: Scripted) -> None:
    client, _ = scripted(page(1), page_without_ids())
    (shown,), (hidden,) = client.leads.list(), client.leads.list()
    assert shown.email == LeadEmail(id=1, email="sylvialhook@closum.com")
    assert hidden.email == LeadEmail(id=None, email="sylvialhook@closum.com")


def page_without_ids() -> httpx2.Response:
    found = page(1).json()
    del found["data"][0]["email"]["id"]
    return ok(found["data"], pagination=found["pagination"])


def test_only_what_is_given_is_sent(scripted: Scripted) -> None:
    client, script = scripted(ok({"id": 1}, 201), ok([]), ok([]))
    client.leads.create(name="Sylvia", city_id=UNSET)
    client.leads.update(1, custom_data={"is": True}, email=None)
    client.leads.update(1)
    sent = [body(request) for request in script.requests]
    assert sent == [{"name": "Sylvia"}, {"custom_data": {"is": True}, "email": None}, {}]


def test_what_is_no_flag_is_left_as_it_is(scripted: Scripted, client: Client) -> None:
    other, script = scripted(ok({"id": 1}, 201))
    other.leads.create(name="Sylvia", city_id=True, custom_data=False)  # type: ignore[call-overload]
    assert script.requests[0].content == b'{"name":"Sylvia","city_id":true,"custom_data":false}'
    with pytest.raises(Invalid, match="city_id"):
        client.leads.create(name="Sylvia", city_id=True)


def test_nested_records_can_be_given_back(client: Client) -> None:
    phone, email = {"extension": "351", "number": "912345678"}, {"email": "sylvialhook@closum.com"}
    one = client.leads.create(name="Sylvia", email=email, phone=phone)  # type: ignore[call-overload]
    (listed,) = client.leads.list()
    assert (listed.email, listed.phone) == (LeadEmail(id=None, **email), LeadPhone(id=None, **phone))
    other = client.leads.create(email=listed.email or UNSET, phone=listed.phone)
    retrieved = client.leads.retrieve(other)
    assert (retrieved.email, retrieved.phone) == (LeadEmail(id=1, **email), LeadPhone(id=1, **phone))
    client.leads.update(one, email=None, phone=None)
    client.leads.update(one, email=retrieved.email, phone=retrieved.phone)
    assert client.leads.retrieve(one).phone == retrieved.phone


def test_nested_records_as_they_are_sent(scripted: Scripted) -> None:
    client, script = scripted(ok([]), ok([]))
    client.leads.update(1, email=LeadEmail(id=None, email="a@b.pt"), phone={"id": None, "number": "1"})
    client.leads.update(1, email=LeadEmail(id=2, email="a@b.pt"), phone={"id": 3})
    assert [body(request) for request in script.requests] == [
        {"email": {"email": "a@b.pt"}, "phone": {"number": "1"}},
        {"email": {"id": 2, "email": "a@b.pt"}, "phone": {"id": 3}},
    ]


def test_any_other_call(client: Client) -> None:
    made = client.request("POST", "/api/lead", json={"name": "Sylvia"})
    assert made == {"success": True, "data": {"id": 1}}
    listed = client.request("GET", "/api/lead", params={"limit": 1, "sort": None})
    assert [lead["name"] for lead in listed["data"]] == ["Sylvia"]
    assert listed["pagination"]["count"] == 1
    with pytest.raises(ValueError, match="the path begins with a slash"):
        client.request("GET", "@other.test/api/lead")


def test_signing_in_to_the_real_server(server: Server, connect: Connect) -> None:
    client = connect(server.address, email="admin@example.com", password=server.password)
    token = client.sign_in()
    assert 600_000 < token.expires_in <= 604_800
    assert client.leads.list().first_page().pagination.current_page == 1
    assert connect(server.address, token=token.token).cities.retrieve(1).id == 1


def test_a_wrong_password(server: Server, connect: Connect) -> None:
    email = f"nobody{time.monotonic_ns()}@example.com"
    client = connect(server.address, email=email, password="wrong password")
    with pytest.raises(Unauthorized, match="wrong password"):
        client.leads.create(name="Sylvia")


def walked_until_refused(client: Client) -> None:
    """Endlessly, for on PostgreSQL it takes up to a second until a token has ended."""
    while True:
        client.leads.list().first_page()


def test_tokens_that_end_in_a_walk(server: Server, connect: Connect) -> None:
    email, password = f"walk{time.monotonic_ns()}@example.com", "a good password"
    with server.session() as session, session.write() as unit:
        account = users.add_account(unit, email)
        user_id = users.add_user(unit, account, email, passwords.hashed(password))
    client = connect(server.address, email=email, password=password)
    old = connect(server.address, token=client.sign_in().token)
    ids = [client.leads.create(name=f"Lead {number}") for number in range(4)]
    walk = iter(client.leads.list(limit=2))
    first = next(walk).id
    with server.session() as session, session.write() as unit:
        identity.end_tokens(unit, user_id)
    with pytest.raises(Unauthorized):
        walked_until_refused(old)
    assert [first, *(lead.id for lead in walk)] == ids
    assert client.leads.create(name="One more") == ids[-1] + 1
