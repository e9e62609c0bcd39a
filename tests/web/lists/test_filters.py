"""The form that filters a list: a control for each kind, the address that it leads to, and the chips of that."""

import re
from html import escape, unescape
from urllib.parse import urlencode

import pytest

from closum.store import identity
from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import Visitor, cells, links, text

each = pytest.mark.parametrize


def chips(html: str) -> list[str]:
    return [text(one) for one in re.findall(r'<span class="chip">(.*?)</span>', html, re.DOTALL)]


def names(html: str) -> list[str]:
    return [row[0] for row in cells(html)]


def address(*filters: str) -> str:
    return f"/leads?{urlencode([('filter', one) for one in filters])}"


@pytest.fixture
def filled(api: Client) -> Client:
    api.new(
        "lead",
        {
            "name": "Ana Costa",
            "email": {"email": "ana@example.com"},
            "phone": {"number": "+351 912345678"},
            "city_id": 213,
            "contact_lifecycle_stage_id": 3,
            "owner_id": api.data("GET", "/api/user")[0]["id"],
            "source": "fair",
            "custom_data": {"colour": "red"},
            "lead_opt_in": {"email": True},
        },
    )
    api.new("lead", {"name": "Rui", "phone": {"number": "+351 12"}})
    return api


@each(
    ("control", "value", "filter_", "chip"),
    [
        ("f.name", "ana", "name~=ana", "Name contains ana"),
        ("f.email", "ana@", "email~=ana@", "Email contains ana@"),
        ("f.phone", "912345678", "phone=912345678", "Phone: 912345678"),
        ("f.phone.is_valid", "1", "phone.is_valid=1", "Valid number: Yes"),
        ("f.city_id", "213", "city_id=213", "City: Abrantes"),
        ("f.city_id", "Abrantes", "city_id=213", "City: Abrantes"),
        ("f.contact_lifecycle_stage_id", "3", "contact_lifecycle_stage_id=3", "Stage: Lead"),
        ("f.source", "Fair", "source=Fair", "Source: Fair"),
        ("f.consent_email", "given", "consent_email=given", "Consent to emails: given"),
        ("f.creation_date.from", "2026-01-31", "creation_date>=2026-01-31", "Created from 31 Jan 2026"),
        ("f.creation_date.to", "2999-01-31", "creation_date<=2999-01-31", "Created to 31 Jan 2999"),
        ("f.next_due.from", "", None, None),
    ],
)
def test_each_kind_has_its_control(
    visitor: Visitor, filled: Client, control: str, value: str, filter_: str | None, chip: str | None
) -> None:
    target = visitor.redirected(f"/leads/filter?{urlencode([(control, value)])}")
    assert target == (address(filter_) if filter_ else "/leads")
    html = visitor.page(target)
    assert "Ana Costa" in names(html)
    assert chips(html) == ([chip] if chip else [])


def test_a_number_has_a_control_for_each_end(visitor: Visitor, api: Client) -> None:
    target = visitor.redirected("/contact-lifecycle-stages/filter?f.position.from=2&f.position.to=3")
    assert chips(visitor.page(target)) == ["Position ≥ 2", "Position ≤ 3"]


def test_a_number_that_nobody_knows_is_not_asked_for_and_filters_by_its_address(
    visitor: Visitor, filled: Client
) -> None:
    query = "filter=email.status%3E%3D1"
    assert names(visitor.page(f"/leads?{query}")) == ["Ana Costa"]
    assert chips(visitor.page(f"/leads?{query}")) == ["Email, Status ≥ 1"]
    for path in ("/leads", "/unqualified-leads", "/emails"):
        form = visitor.page(f"{path}/filters")
        assert not re.findall(r'name="f\.[^"]*status[^"]*"', form)
    form = visitor.page(f"/leads/filters?{query}")
    assert re.search(r'type="hidden" name="filter" value="email.status&gt;=1"', form)


@each(
    ("name", "found"),
    [("email", ["Rui"]), ("phone", []), ("city_id", ["Rui"]), ("owner_id", ["Rui"]), ("source", ["Rui"])],
)
def test_what_lacks_a_value_is_found(visitor: Visitor, filled: Client, name: str, found: list[str]) -> None:
    control = ("f-none", name) if name in ("email", "phone", "source") else (f"f.{name}", "-")
    target = visitor.redirected(f"/leads/filter?{urlencode([control])}")
    assert target == f"/leads?filter={name}%3D"
    html = visitor.page(target)
    assert names(html) == found
    assert chips(html)[0].endswith(": empty")


def test_additional_data_is_found_by_name_and_value(visitor: Visitor, filled: Client) -> None:
    target = visitor.redirected("/leads/filter?f-key=colour&f-value=red")
    assert names(visitor.page(target)) == ["Ana Costa"]
    assert chips(visitor.page(target)) == ["colour: red"]
    target = visitor.redirected("/leads/filter?f-key=colour&f-value=")
    assert names(visitor.page(target)) == ["Ana Costa"]
    odd = visitor.redirected(f"/leads/filter?{urlencode({'f-key': 'a=b', 'f-value': '~x'})}")
    assert visitor.get(odd).status_code == 200
    assert "<code>" not in visitor.page(odd)


@each(
    ("language", "key", "typed", "stored"),
    [
        ("pt", "n", "250000,5", "250000.5"),
        ("pt", "n", "250\N{NO-BREAK SPACE}000,5", "250000.5"),
        ("pt", "n", "250000.5", "250000.5"),
        ("pt", "d", "26/11/2026", "2026-11-26"),
        ("pt", "y", "Sim", "true"),
        ("pt", "t", "1,5", "1,5"),
        ("en", "n", "250,000.5", "250000.5"),
        ("en", "d", "26 Nov 2026", "2026-11-26"),
        ("en", "y", "Yes", "true"),
    ],
)
def test_additional_data_is_found_as_pages_write_it(
    visitor: Visitor, filled: Client, language: str, key: str, typed: str, stored: str
) -> None:
    """A text is found as it is typed, and so is one that could be a number."""
    data = {"n": 250000.5, "d": "2026-11-26", "y": True, "t": "1,5"}
    filled.new("lead", {"name": "Eva", "custom_data": data})
    visitor.headers["accept-language"] = language
    target = visitor.redirected(f"/leads/filter?{urlencode({'f-key': key, 'f-value': typed})}")
    assert target == address(f"custom_data.{key}={stored}")
    assert names(visitor.page(target)) == ["Eva"]


def test_the_form_has_what_the_address_asks_for_and_keeps_the_rest(visitor: Visitor, filled: Client) -> None:
    asked = address("name~=ana", "city_id=213", "email=", "creation_date>=2026-01-31", "id>0")
    html = visitor.page(asked.replace("/leads?", "/leads/filters?q=costa&sort=name&"))
    assert re.search(r'name="f.name" value="ana"', html)
    assert '<option value="213" selected>Abrantes</option>' in html
    assert 'name="f-none" value="email" checked' in html
    assert re.search(r'name="f.creation_date.from" type="date" value="2026-01-31"', html)
    assert 'name="filter" value="id&gt;0"' in html
    assert 'name="q" value="costa"' in html
    assert 'name="sort" value="name"' in html


def test_a_form_that_is_sent_unchanged_leads_to_the_same_list(visitor: Visitor, filled: Client) -> None:
    asked = address("name~=ana", "city_id=213", "id>0")
    html = visitor.page(asked.replace("/leads?", "/leads/filters?"))
    form = html.partition("<form")[2] if '/leads/filter"' in html.partition("<form")[2] else html
    fields = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?(?:type="\w+" )?value="([^"]*)"', form)
    sent = [(name, unescape(value)) for name, value in fields if name not in ("f-none", "_token")]
    sent += [("f.city_id", "213")]
    found = visitor.redirected(f"/leads/filter?{urlencode(sent)}")
    assert set(found.partition("?")[2].split("&")) == set(asked.partition("?")[2].split("&"))


def test_a_chip_is_taken_away_alone(visitor: Visitor, filled: Client) -> None:
    html = visitor.page(address("name~=ana", "city_id=213"))
    assert {"/leads?filter=city_id%3D213", "/leads?filter=name~%3Dana", "/leads"} <= set(
        links(html, 'role="group"')
    )


def test_a_view_form_leads_to_the_canonical_address(visitor: Visitor, filled: Client) -> None:
    sent = [("q", "ana"), ("filter", "city_id=213"), ("sort", "name"), ("direction", "asc")]
    sent += [("columns", "email"), ("columns", "id"), ("limit", "50")]
    found = visitor.redirected(f"/leads/filter?{urlencode(sent)}")
    assert found == "/leads?q=ana&filter=city_id%3D213&sort=name&limit=50&columns=email%2Cid"


def test_enter_opens_the_only_result(visitor: Visitor, filled: Client) -> None:
    assert visitor.redirected("/leads/filter?q=ana&open=1") == "/leads/1?q=ana&at=1"
    assert visitor.redirected("/leads/filter?q=ana") == "/leads?q=ana"
    assert visitor.redirected("/leads/filter?q=nobody&open=1") == "/leads?q=nobody"
    assert visitor.redirected("/leads/filter?q=&open=1") == "/leads"


def test_what_cannot_be_is_told_on_the_list(visitor: Visitor, filled: Client) -> None:
    target = visitor.redirected(f"/leads/filter?{urlencode({'f.city_id': 'Atlantis'})}")
    assert "<code>filter=city_id=Atlantis</code>" in visitor.page(target)


def test_days_are_those_of_the_account(server: Server, visitor: Visitor, filled: Client) -> None:
    day = "2026-07-01"
    with server.session() as session:
        with session.read() as unit:
            (account,) = (one for one in identity.accounts(unit) if one.name == filled.account)
        with session.write(account.id) as unit:
            sql = (
                "UPDATE lead SET creation_date = '2026-06-30T23:30:00+00:00' WHERE account_id = ? AND id = 1"
            )
            unit.run(sql, (account.id,))
            unit.run("UPDATE tally SET dated = 1 WHERE account_id = ? AND resource = 'lead'", (account.id,))
    assert names(visitor.page(address(f"creation_date={day}"))) == []
    with server.session() as session, session.write() as unit:
        unit.run("UPDATE account SET zone = 'Europe/Lisbon' WHERE id = ?", (account.id,))
    html = visitor.page(address(f"creation_date={day}"))
    assert cells(html)[0][-1] == "1 Jul 2026"


def test_the_views_that_every_account_has(visitor: Visitor, filled: Client) -> None:
    assert names(visitor.page("/leads?filter=phone.is_valid%3D0")) == ["Rui"]
    html = visitor.page("/leads?filter=phone.is_valid%3D0")
    assert re.search(r'aria-current="page">Number not valid', html)
    assert "Without phone" not in visitor.page("/cities")


@each("value", ["***", "<>=~", "%_"])
def test_words_without_a_letter_or_a_digit_find_nothing(visitor: Visitor, filled: Client, value: str) -> None:
    """They are where they were typed, and the page says what is wrong."""
    by_name = visitor.redirected(f"/leads/filter?{urlencode([('f.name', value)])}")
    for path in (f"/leads?{urlencode([('q', value)])}", by_name):
        html = visitor.page(path)
        assert names(html) == []
        assert f"Nothing is found by “{value}”: write a letter or a digit." in unescape(html)
        assert "means nothing here" not in html
    assert f'name="q" type="search" value="{escape(value)}"' in visitor.page(
        f"/leads?{urlencode([('q', value)])}"
    )
    assert chips(visitor.page(by_name)) == [f"Name contains {value}"]
    assert f'name="f.name" value="{escape(value)}"' in visitor.page(
        by_name.replace("/leads?", "/leads/filters?")
    )
    exported = visitor.get(by_name.replace("/leads?", "/leads/export?format=csv&"))
    assert exported.status_code == 200
    assert "Ana Costa" not in exported.text


@each(("value", "found"), [('%_c"<b>', []), ("<ana>", ["Ana Costa"]), ("osta", []), ("COST", ["Ana Costa"])])
def test_a_filter_by_words_finds_how_they_begin(
    visitor: Visitor, filled: Client, value: str, found: list[str]
) -> None:
    html = visitor.page(visitor.redirected(f"/leads/filter?{urlencode([('f.name', value)])}"))
    assert names(html) == found
    assert "means nothing here" not in html


def test_the_label_of_a_filter_by_words_says_so_in_both_languages(visitor: Visitor, filled: Client) -> None:
    assert "Name contains</label>" in visitor.page("/leads/filters")
    html = visitor.get("/leads/filters", headers={"accept-language": "pt"}).text
    assert "Nome contém</label>" in html
    assert "Telefone é</label>" in html


def test_what_people_are_looked_for_by_comes_first_and_days_last(visitor: Visitor, filled: Client) -> None:
    html = visitor.page("/leads/filters").partition("<summary>More")[0]
    asked = re.findall(
        r'(?:<label for="f-|<legend>)[^>]*?>?([A-Z][\w ]+)</(?:label|legend)>',
        html.partition('id="filter-form"')[2],
    )
    assert asked[:4] == ["Name contains", "Email contains", "Phone is", "Valid number"]
    assert asked[-3:] == ["Additional data", "Name", "Value"]
    assert asked.index("City") < asked.index("Created")
