"""The dashboard: figures, each with the list that explains it, in the language and on the days of the account."""

import re
from html import escape, unescape

import pytest

from closum.accounts import users
from closum.operations import dashboard
from closum.store import background, report_place
from closum.store.report_place import Place
from tests.support.client import Client
from tests.support.hostile import OF_EACH_KIND
from tests.support.server import Server
from tests.support.visiting import Visitor, cells, links, text

STAGE = "contact_lifecycle_stage_id"
EMAIL = {"email": "ana@example.com"}
PHONE = {"number": "+351912345678"}
each = pytest.mark.parametrize


def card(html: str, name: str) -> str:
    """What the page has below a heading with this id."""
    found = re.search(rf'<section class="card" aria-labelledby="{name}">.*?</section>', html, re.DOTALL)
    assert found, name
    return found[0]


def rows(html: str, name: str) -> list[list[str]]:
    """The rows of the table below a heading, by their cells."""
    table = card(html, name).rpartition("<tbody>")[2]
    return [
        [text(one) for one in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in table.split("<tr>")[1:]
    ]


def stats(html: str) -> list[tuple[str, str, str, str]]:
    """The figures on top: what each is called, it, what is told about it, and the address of its link, "" for none."""
    found = re.findall(r'<div class="stat"><dt>(.*?)</dt><dd>(.*?)</dd><dd>(.*?)</dd>', html)
    return [
        (text(label), text(number), text(told), "".join(map(unescape, links(label + told))))
        for label, number, told in found
    ]


def check_lists(visitor: Visitor, html: str, name: str) -> None:
    """Each row of a share says how many leads are in the list that it leads to."""
    for url, number in re.findall(
        r'<th scope="row"><a href="(.*?)">.*?<td class="num">(\d+)</td>', card(html, name), re.DOTALL
    ):
        assert listed(visitor, unescape(url)) == int(number), url


def listed(visitor: Visitor, url: str) -> int:
    """How many records the list at an address has."""
    return len(cells(visitor.page(url)))


@pytest.fixture
def filled(api: Client) -> Client:
    """Six leads, of which two have an owner and two were spoken with."""
    (owner,) = (one["id"] for one in api.data("GET", "/api/user") if one["email"] == api.email)
    first = {"city_id": 213, "source": "Fair", "email": EMAIL, "phone": PHONE, STAGE: 3}
    ids = [api.new("lead", {"name": f"L{number}", **first}) for number in range(2)]
    api.new("lead", {"name": "L2", "city_id": 1, "source": "fair", "owner_id": owner, STAGE: 3})
    api.new("lead", {"name": "L3", "phone": {"extension": "351", "number": "12"}, "owner_id": owner})
    for number in (4, 5):
        api.new("lead", {"name": f"L{number}", "email": {"email": f"l{number}@bücher.example"}})
    for one in ids:
        api.new("note", {"lead_id": one, "kind": "call", "text": "Called"})
    api.data("PATCH", f"/api/lead/{ids[0]}", {STAGE: 2})
    return api


def test_four_figures_lead_to_their_lists(visitor: Visitor, filled: Client) -> None:
    every, new, valid, email = stats(visitor.page("/dashboard"))
    assert every[:2] == ("Leads", "6")
    assert re.fullmatch(r"New in \w+", new[0])
    assert new[1] == "6"
    assert re.fullmatch(r"None on 1(–\d+)? \w+", new[2])
    assert listed(visitor, new[3]) == 6
    assert f'{escape(new[3])}">New in' in visitor.page("/dashboard")
    assert valid == ("Numbers that are valid", "50.0%", "1 to look at", "/phones?filter=is_valid%3D0")
    assert listed(visitor, valid[3]) == 1
    assert email == ("With an email", "66.7%", "2 without", "/leads?filter=email%3D")
    assert listed(visitor, email[3]) == 2
    visitor.page(every[3])


def test_shares_lead_to_their_lists(visitor: Visitor, filled: Client) -> None:
    for query in ("", "?since=30d", "?since=12m&owner=none"):
        page = visitor.page(f"/dashboard{query}")
        for name in dashboard.SHARES:
            check_lists(visitor, page, f"by-{name}")
    page = visitor.page("/dashboard")
    assert rows(page, "by-city") == [
        ["Abrantes", "2", "33.3%"],
        [rows(page, "by-city")[1][0], "1", "16.7%"],
        ["No city", "3", "50.0%"],
    ]
    assert rows(page, "by-source") == [["Fair", "3", "50.0%"], ["No source", "3", "50.0%"]]
    assert rows(page, "by-domain")[2] == ["No email", "2", "33.3%"]
    assert rows(page, "by-owner") == [[filled.email, "2", "33.3%"], ["No owner", "4", "66.7%"]]
    assert rows(page, "by-country") == [["Portugal", "2", "33.3%"], ["No phone or country", "4", "66.7%"]]


def test_a_bar_is_as_long_as_its_share_and_lighter_where_no_value_is_named(
    visitor: Visitor, filled: Client
) -> None:
    page = card(visitor.page("/dashboard"), "by-city")
    bars = re.findall(r'<rect( class="dim")? width="(.*?)"', page)
    assert [bar for bar in bars if float(bar[1])] == [("", "33.3"), ("", "16.7"), (' class="dim"', "50.0")]


def test_paper_says_of_which_leads_the_figures_are(visitor: Visitor, api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    for query, told in (
        ("", "All All leads"),
        ("?since=30d&owner=none", "30 days No owner"),
        ("?owner=999", "All a user who was removed"),
    ):
        (found,) = re.findall(r'<p class="paper">(.*?)</p>', visitor.page(f"/dashboard{query}"))
        assert text(found) == told


def test_what_is_beyond_five_is_all_others(visitor: Visitor, api: Client) -> None:
    for number in range(7):
        api.new("lead", {"name": "Ana", "source": f"s{number}"})
    found = rows(visitor.page("/dashboard"), "by-source")
    assert [one[0] for one in found] == ["s0", "s1", "s2", "s3", "s4", "All others"]
    assert found[-1] == ["All others", "2", "28.6%"]


def test_the_funnel_and_the_first_contact(visitor: Visitor, filled: Client) -> None:
    page = visitor.page("/dashboard")
    assert rows(page, "funnel") == [["Subscriber", "1", "1", "100%"], ["Lead", "3", "2", "66.7%"]]
    (contacted, *waits) = rows(page, "waits")
    assert contacted == ["Contacted", "2", "33.3%"]
    assert [one[0] for one in waits] == ["Half of them within", "90% of them within"]
    assert rows(visitor.page("/dashboard?owner=none"), "waits")[0] == ["Contacted", "2", "50.0%"]


@each(("by", "number"), dashboard.NUMBERS.items())
def test_new_leads_are_bars_and_a_table(visitor: Visitor, filled: Client, by: str, number: int) -> None:
    page = card(visitor.page(f"/dashboard?by={by}"), "new")
    bars = re.findall(r"<rect [^>]*><title>(.*?)</title></rect>", page)
    table = rows(page, "new")
    assert len(bars) == len(table) == number
    assert [": ".join(one) for one in reversed(table)] == bars
    assert table[0][1] == "6"
    assert {one[1] for one in table[1:]} == {"0"}
    assert [one[0].endswith(", until today") for one in table] == [by != "day", *[False] * (number - 1)]
    assert re.search(r"Most (on|in) .*: 6", text(page))


@each(
    "query",
    ["by=year", "by=", "since=1d", "owner=x", "owner=0", "owner=-1", f"owner={'9' * 30}", "by=%00&owner=%ff"],
)
def test_an_address_that_means_nothing_is_the_usual_page(
    visitor: Visitor, filled: Client, query: str
) -> None:
    assert text(visitor.page(f"/dashboard?{query}")) == text(visitor.page("/dashboard"))


def test_hostile_texts_are_texts(visitor: Visitor, api: Client) -> None:
    """Five sources are named at a time; every stage that leads have entered is."""
    texts = [one.text for one in OF_EACH_KIND if one.text.strip().isprintable()]
    stages = {one: api.new("contact_lifecycle_stage", {"label": one}) for one in texts}
    for start in range(0, len(texts), 5):
        some = {
            one: api.new("lead", {"name": "Ana", "source": one, STAGE: stages[one]})
            for one in texts[start:][:5]
        }
        page = visitor.page("/dashboard")
        assert {one[0] for one in rows(page, "by-source")} == {as_read(one) for one in some}
        assert {one[0] for one in rows(page, "funnel")} >= {as_read(one) for one in some}
        assert not re.search(r'<[^>"]*data-hit', page)
        check_lists(visitor, page, "by-source")
        for lead in some.values():
            api.delete(f"/api/lead/{lead}").raise_for_status()


def as_read(one: str) -> str:
    return " ".join(one.split())


def test_what_was_done_lately_is_told_as_who_did_what_tells_it(
    visitor: Visitor, server: Server, api: Client
) -> None:
    for number in range(9):
        api.new("lead", {"name": f"L{number}"})
    api.delete("/api/lead/1").raise_for_status()
    told = [one[0] for one in cells(card(visitor.page("/dashboard"), "lately"))]
    assert told == ["Moved L0 to the bin.", *(f"Created L{number} ." for number in range(8, 1, -1))]
    assert told == [one[0] for one in cells(visitor.page("/settings/audit")) if "L" in one[0]][:8]
    with Visitor(server, api.email, "reader") as reader:
        page = card(reader.page("/dashboard"), "lately")
        assert [one[0] for one in cells(page)] == told
        assert "/settings/audit" not in page


def test_an_account_has_its_own_figures(visitor: Visitor, api: Client, other_api: Client) -> None:
    other_api.new("lead", {"name": "Canary", "source": "canary", "owner_id": None})
    page = visitor.page("/dashboard")
    assert stats(page)[0][1] == "0"
    assert "No leads yet" in text(page)
    api.new("lead", {"name": "Ana"})
    assert "canary" not in visitor.page("/dashboard").lower()


def test_a_reader_sees_it(server: Server, filled: Client) -> None:
    with Visitor(server, filled.email, "reader") as reader:
        assert stats(reader.page("/dashboard"))[0][1] == "6"


def test_while_leads_are_being_counted_the_page_says_so(
    visitor: Visitor, filled: Client, server: Server
) -> None:
    """With what is known, and it asks again by itself, also without a script."""
    with server.session() as session, session.read() as unit:
        account = users.user_named(unit, filled.email).account_id
    with server.session() as session, session.write(account) as unit:
        background.add(unit, report_place.KIND)
        unit.run("UPDATE job SET state = 'failed', due = NULL WHERE account_id = ?", (account,))
        report_place.set_place(unit, Place(6, "UTC"))
        many = [(account, one, "[]") for one in range(1, dashboard.MOST + 2)]
        unit.insert("report_changed", ("account_id", "record_id", "counted"), many)
    page = visitor.page("/dashboard?by=week")
    assert [one[1] for one in stats(page)] == ["6", "…", "50.0%", "…"]
    assert "The figures are being counted" in text(page)
    assert 'hx-get="/dashboard?by=week"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    with server.session() as session, session.write(account) as unit:
        unit.run("DELETE FROM report_changed WHERE account_id = ?", (account,))
        report_place.forget(unit)
    assert stats(visitor.page("/dashboard"))[1][1] == "6"


def test_it_speaks_portuguese(visitor: Visitor, filled: Client) -> None:
    visitor.cookies.set("closum-language", "pt")
    page = visitor.page("/dashboard?by=month")
    shown = text(page)
    for one in ("Painel", "Novos leads por mês", "Por localidade", "Sem responsável", "Funil", "Sempre"):
        assert one in shown
    assert re.search(r"Novos em (janeiro|fevereiro|março|[a-z]+o|[a-z]+l)", shown)
    assert re.search(r"Máximo em [a-zç]+ de \d{4}: 6", shown)
    assert stats(page)[2][1] == "50,0 %"
