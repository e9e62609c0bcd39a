"""What records, lists and clients show of themselves, and values that are read from others."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from closum_client import UNSET, Client
from closum_client.records import City, Lead, LeadEmail, LeadPhone, Phone
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import page

MOMENT = datetime(2018, 1, 1, 10, tzinfo=UTC)


def lead(**values: Any) -> Lead:
    nothing = {"id": 1, "creation_date": MOMENT, "name": None, "city_id": None, "custom_data": None}
    return Lead(**{**nothing, "email": None, "phone": None, **values})


def test_a_record_shows_what_it_has_on_one_line() -> None:
    assert repr(lead()) == "Lead(id=1, creation_date=2018-01-01T10:00:00+00:00)"
    full = lead(
        name="Ana O'Neil\n",
        city_id=213,
        custom_data='{"a":1}',
        email=LeadEmail(id=4, email="ana@example.com"),
        phone=LeadPhone(id=None, extension="00351", number="912 341 208"),
    )
    assert repr(full) == (
        'Lead(id=1, name="Ana O\'Neil\\n", creation_date=2018-01-01T10:00:00+00:00, city_id=213, '
        "custom_data='{\"a\":1}', email='ana@example.com', phone='00351 912 341 208')"
    )
    assert str(full) == repr(full)
    assert repr(full.email) == "LeadEmail(id=4, email='ana@example.com')"
    assert repr(City(id=213, city_name="Abrantes")) == "City(id=213, city_name='Abrantes')"
    phone = Phone(id=2, extension="001", number="517", is_valid=False, date_add=MOMENT)
    assert "number='517', is_valid=False, date_add=2018" in repr(phone)


def test_a_long_text_is_cut() -> None:
    shown = repr(lead(name="x" * 60, custom_data=json.dumps(["y" * 60_000])))
    assert f"name='{'x' * 60}'" in shown
    assert f"""custom_data='["{"y" * 57}…')""" in shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (None, None),
        ("null", None),
        ("{}", {}),
        ('{"a": [1, 1.5, "\u00fc", null, true]}', {"a": [1, 1.5, "\u00fc", None, True]}),
        ("[]", []),
        ("7", 7),
        ('"text"', "text"),
    ],
)
def test_custom_is_the_value_of_custom_data(text: str | None, value: object) -> None:
    one = lead(custom_data=text)
    assert (one.custom_data, one.custom) == (text, value)


def test_what_is_sent_as_an_object_is_read_as_one(client: Client) -> None:
    value = {"source": "fair", "tags": ["a", {"b": None}], "\u0142": 1.5}
    made = client.leads.create(name="Ana", custom_data=value)
    (listed,) = client.leads.list()
    assert client.leads.retrieve(made).custom == listed.custom == value
    client.leads.update(made, custom_data=listed.custom | {"more": 1})
    assert client.leads.retrieve(made).custom == value | {"more": 1}
    client.leads.update(made, custom_data=None)
    assert client.leads.retrieve(made).custom is None


def test_lists_and_resources_show_where_they_are(scripted: Scripted) -> None:
    client, script = scripted(page(1, 2, pages=3))
    kind = "Async" if repr(client).startswith("Async") else ""
    assert repr(client.leads) == f"<{kind}Leads at https://closum.test/api/lead>"
    assert repr(client.cities.list()) == f"<{kind}Records of https://closum.test/api/city>"
    listed = client.leads.list(limit=5, sort="name")
    assert repr(listed) == f"<{kind}Records of https://closum.test/api/lead?limit=5&sort=name>"
    assert script.calls == []
    assert repr(client.leads.list().first_page()) == "<Page 1 of 3, 2 of 6 records>"
    assert repr(UNSET) == "UNSET"
