"""The page of a list: what it shows of each kind, in which order, how far it goes, and to whom."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from closum.resources import RESOURCES
from closum.web.lists import columns, shown
from closum.web.lists.asked import parse
from closum.web.views import NOWHERE, View, views
from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import Visitor, cells, links, new_leads, text

each = pytest.mark.parametrize
LISTS = [one for one in views(RESOURCES).values() if one.place != NOWHERE]
HOSTILE = "<script>alert(1)</script>{{7*7}}\" onclick='x'"


def new_lead(api: Client, name: str, **more: object) -> int:
    return api.new("lead", {"name": name, **more})


def user_id(api: Client) -> int:
    (found,) = api.data("GET", "/api/user")
    return int(found["id"])


def heading(html: str) -> str:
    return text(html.partition("<h1>")[2].partition("</h1>")[0])


@each("view", LISTS, ids=lambda one: one.name)
def test_every_list_has_a_page(visitor: Visitor, view: View) -> None:
    html = visitor.page(view.path)
    assert "<h1>" in html


def test_an_empty_account_is_shown_three_ways_on(visitor: Visitor) -> None:
    html = visitor.page("/leads")
    assert heading(html) == "Leads"
    assert "<h2>No leads yet</h2>" in html
    assert {"/imports/new", "/leads/new", "/settings/api"} <= set(links(html))
    assert "<table" not in html


def test_each_kind_has_its_cell(visitor: Visitor, api: Client) -> None:
    owner = user_id(api)
    new_lead(
        api,
        "Ana Costa",
        email={"email": "ana@example.com"},
        phone={"number": "+351 912345678"},
        city_id=213,
        contact_lifecycle_stage_id=3,
        owner_id=owner,
        lead_opt_in={"email": True},
    )
    (row,) = cells(visitor.page("/leads"))
    day = row.pop()
    assert row == ["Ana Costa", "ana@example.com", "+351 912 345 678", "Abrantes", "Lead"]
    assert re.fullmatch(r"\d+ [A-Z][a-z]{2} \d{4}", day)
    (row,) = cells(visitor.page("/leads?columns=consent_email,source,id,first_contact,owner_id"))
    assert row == ["Ana Costa", "given", "", "1", "", api.email]
    (row,) = cells(visitor.page("/phones"))
    assert row[:3] == ["+351 912 345 678", "Ana Costa", ""]
    assert len(row) == 4


def test_a_number_that_is_not_valid_is_marked_in_words(visitor: Visitor, api: Client) -> None:
    new_lead(api, "Ana", phone={"number": "+351 12"})
    new_lead(api, "Rui", phone={"extension": "351", "number": "office"})
    html = visitor.page("/leads?columns=phone")
    assert [row[1] for row in cells(html)] == ["Not valid: office", "Not valid: +351 12"]
    assert 'class="mark warn"' in html


@pytest.mark.parametrize(
    ("extension", "typed", "shown"),
    [("351", "934567891", "+351 934 567 891"), ("1", "2015550123", "+1 201-555-0123"), ("351", "12", "12")],
)
def test_a_number_is_written_as_its_country_does_wherever_it_is_a_title(
    visitor: Visitor, api: Client, extension: str, typed: str, shown: str
) -> None:
    lead = api.new("lead", {"phone": {"extension": extension, "number": typed}})
    assert cells(visitor.page("/leads"))[0][0] == shown
    (row,) = cells(visitor.page("/phones"))
    assert row[:3] == [shown, shown, "Not valid" if shown == typed else ""]
    for path in (f"/leads/{lead}", "/phones/1", f"/leads/{lead}/edit"):
        assert shown in text(visitor.page(path).partition("<h1")[2].partition("</h1>")[0])
    api.delete(f"/api/lead/{lead}").raise_for_status()
    assert cells(visitor.page("/bin"))[0][0] == shown


def test_a_number_is_found_as_it_is_shown(visitor: Visitor, api: Client) -> None:
    for typed in ("934567891", "934 567 892"):
        new_lead(api, "Ana", phone={"extension": "351", "number": typed})
    for q, found in (("%2B351+934+567+891", "+351 934 567 891"), ("934+567+892", "+351 934 567 892")):
        assert [row[0] for row in cells(visitor.page(f"/phones?q={q}"))] == [found]


def test_what_is_no_number_is_found_as_it_was_typed(visitor: Visitor, api: Client) -> None:
    for typed in ("Sem telefone", "+351 96", "351 / 96", "+351 212 999 001 ext. 12"):
        api.new("phone", {"extension": "351", "number": typed})
    for q, found in (
        ("sem", ["Sem telefone"]),
        ("SEM TEL", ["Sem telefone"]),
        ("telefone", []),
        ("+351 9", ["+351 96"]),
        ("351 9", ["+351 35196", "+351 96"]),
        ("+351 212 999 001 ext. 12", ["+351 21 299 9001 ext. 12"]),
    ):
        rows = [row[0] for row in cells(visitor.page(f"/phones?{urlencode({'q': q})}"))]
        assert rows == found, q


@each("path", ["/phones?sort=number", "/leads?sort=phone.number", "/unqualified-leads?sort=phone.number"])
def test_numbers_are_sorted_as_they_are_shown(visitor: Visitor, api: Client, path: str) -> None:
    """Also where they were typed in another way, in files, and from one record to the next; the API has the order that it had."""
    typed = (
        "+351 912 345 678",
        "911 345 678",
        "+34 612 345 678",
        "sem telefone",
        "0044 20 7946 0018",
        "913 345 678",
    )
    resource = {"/p": "phone", "/l": "lead", "/u": "unqualified_lead"}[path[:2]]
    for number in typed:
        phone = {"extension": "351", "number": number}
        api.new(resource, phone if resource == "phone" else {"name": "Ana", "phone": phone})
    shown = [
        "+34 612 34 56 78",
        "+351 911 345 678",
        "+351 912 345 678",
        "+351 913 345 678",
        "+44 20 7946 0018",
        "sem telefone",
    ]

    def listed(address: str) -> list[str]:
        return [next(one for one in shown if one in " ".join(row)) for row in cells(visitor.page(address))]

    more = "&columns=phone" if resource != "phone" else ""
    assert listed(f"{path}{more}") == shown
    assert listed(f"{path}&direction=desc{more}") == shown[::-1]
    assert [*listed(f"{path}&limit=4{more}"), *listed(f"{path}&limit=4&page=2{more}")] == shown
    file = visitor.get(f"{path.replace('?', '/export?')}&format=csv{more}").text.partition("\n")[2]
    assert [line for one in shown for line in file.splitlines() if one in line] == file.splitlines()
    found = api.data("GET", f"/api/{resource.replace('_', '-')}?{path.partition('?')[2]}")
    numbers = [one["number"] if resource == "phone" else one["phone"]["number"] for one in found]
    assert numbers == sorted(typed)


@each("country", [None, "PT"])
def test_a_number_is_found_by_its_digits(visitor: Visitor, api: Client, country: str | None) -> None:
    """However it is stored and typed; by its beginning without a calling code where it is of the country of the account."""
    api.data("PATCH", "/api/account", {"country": country})
    for typed in ("969-329-686", "969329687", "+351 969 329 688", "+44 20 7946 0018"):
        new_lead(api, "Ana", phone={"extension": "351", "number": typed})

    def shown(q: str) -> list[str]:
        return [row[0] for row in cells(visitor.page(f"/phones?{urlencode({'q': q})}"))]

    first, second, third = (f"+351 969 329 68{one}" for one in (6, 7, 8))
    for q in (
        "969329686",
        "969 329 686",
        "969-329-686",
        "+351 969 329 686",
        "00351969329686",
        "351969329686",
    ):
        assert shown(q) == [first], q
    for q in ("+351 969 3", "00351 96932", "351 969 329 68"):
        assert sorted(shown(q)) == [first, second, third], q
    for q in ("020 7946 0018", "+44 20 79", "442079"):
        assert shown(q) == ["+44 20 7946 0018"], q
    for q in (
        "9693",
        "969-3",
        "96",
        "9",
        "+3",
        "+351",
        "+351 969",
        "00351 969",
        "35196",
        "(+351) 969",
        "351",
    ):
        assert sorted(shown(q)) == [first, second, third], q
    for q in ("+44", "+44 (0", "+44 (0)20", "0044 20", "44", "020"):
        assert shown(q) == ["+44 20 7946 0018"], q
    assert len(shown("+")) == 4
    said = text(visitor.page("/phones?q=%2B44+77"))
    told = "Nothing matches “+44 77”. A number is found by its first digits, with or without the code of its country."
    assert f"{told} Clear" in said


def test_a_valid_number_is_dialled_with_a_touch(visitor: Visitor, api: Client) -> None:
    new_lead(api, "Ana", phone={"extension": "00351", "number": "912 345 678"})
    assert "tel:+351912345678" in links(visitor.page("/leads"))


def test_a_rule_names_its_users_and_a_lead_without_name_its_address(visitor: Visitor, api: Client) -> None:
    api.new("assignment_rule", {"user_ids": [user_id(api)], "source": "fair"})
    (row,) = cells(visitor.page("/assignment-rules?columns=user_ids,enabled,position"))
    assert row == [f"New leads, source fair → {api.email}", api.email, "Yes", "100"]
    api.new("lead", {"email": {"email": "only@example.com"}})
    assert cells(visitor.page("/leads?columns=id"))[0] == ["only@example.com", "1"]


def test_what_people_typed_is_only_text(visitor: Visitor, api: Client) -> None:
    new_lead(api, HOSTILE, source=HOSTILE, custom_data={HOSTILE: HOSTILE})
    html = visitor.page("/leads?columns=source")
    assert HOSTILE not in html
    (row,) = cells(html)
    assert row == [HOSTILE, HOSTILE]
    html = visitor.page(f"/leads?{'&'.join(f'{name}={HOSTILE}' for name in ('q', 'sort', 'columns', 'foo'))}")
    assert "<script>alert" not in html


@each(
    "query",
    [
        "filter=%",
        "filter=%25",
        "filter=%ff",
        "%ff=%ff",
        "q=%00",
        "page=999999999999999999999999",
        "limit=99999999999999999999",
        "page=%D9%A3",
        "columns=,,,",
        "q=" + "a+" * 400,
        "filter=" + "x" * 2_000,
        "filter=creation_date%3E9999-99-99",
        "filter=id%3D99999999999999999999999",
        "filter=custom_data.%3Dx",
        "at=x",
        "&&&=&=",
    ],
)
def test_no_address_breaks_the_page(visitor: Visitor, api: Client, query: str) -> None:
    new_lead(api, "Ana")
    answer = visitor.get(f"/leads?{query}", follow_redirects=True)
    assert answer.status_code == 200, answer.text


def test_an_unknown_part_of_the_address_is_told(visitor: Visitor, api: Client) -> None:
    new_lead(api, "Ana")
    html = visitor.page("/leads?colour=red&filter=name~%3Dana")
    assert "Part of this address means nothing here" in html
    assert "<code>colour=red</code>" in html
    assert len(cells(html)) == 1


def test_what_is_long_in_an_address_is_cut_where_it_is_told(visitor: Visitor, api: Client) -> None:
    new_lead(api, "Ana")
    html = visitor.page(f"/leads?q={'x' * 3_000}")
    assert f"<code>q={'x' * 75}...</code>" in html
    assert "x" * 100 not in html
    assert "x" * 100 not in text(visitor.page(f"/leads?q={'x' * 400}"))


def test_a_row_is_edited_by_who_may_and_leads_back_to_its_list(
    server: Server, visitor: Visitor, api: Client
) -> None:
    lead = new_lead(api, "Ana")
    (edit,) = [one for one in links(visitor.page("/leads?q=ana&sort=name")) if "/edit?" in one]
    assert edit == f"/leads/{lead}/edit?back=%2Fleads%3Fq%3Dana%26sort%3Dname"
    assert 'name="back" value="/leads?q=ana&amp;sort=name"' in visitor.page(edit)
    with Visitor(server, api.email, "reader") as reader:
        assert "/edit" not in reader.page("/leads")


def test_only_a_script_says_how_many_rows_are_ticked(visitor: Visitor, api: Client) -> None:
    new_leads(api, 60)
    html = visitor.page("/leads?limit=25")
    assert re.search(r"<span hidden>Selected: <b data-count></b></span>", html)
    assert 'name="all" value="1" data-total="60"' in html


def test_the_newest_come_first_and_headings_sort(visitor: Visitor, api: Client) -> None:
    for name in ("Bela", "Ana", "Carla"):
        new_lead(api, name)
    html = visitor.page("/leads")
    assert [row[0] for row in cells(html)] == ["Carla", "Ana", "Bela"]
    assert '/leads?sort=name"' in html
    assert 'aria-sort="descending"' in html
    html = visitor.page("/leads?sort=name")
    assert [row[0] for row in cells(html)] == ["Ana", "Bela", "Carla"]
    assert "/leads?sort=name&direction=desc" in links(html)


def test_the_pager_says_exactly_where_one_is(visitor: Visitor, api: Client) -> None:
    new_leads(api, 60)
    html = visitor.page("/leads?limit=25&sort=name&page=2")
    assert "26–50 of 60" in unescape(html)
    assert "Page 2 of 3" in html
    assert {"/leads?sort=name", "/leads?sort=name&page=3"} <= set(links(html))
    assert cells(html)[0][0] == "N025"
    assert visitor.redirected("/leads?sort=name&page=99") == "/leads?sort=name&page=3"
    assert visitor.redirected("/leads?q=n00&page=9") == "/leads?q=n00"


def test_rows_lead_to_records_with_their_place(visitor: Visitor, api: Client) -> None:
    new_leads(api, 30)
    html = visitor.page("/leads?q=n0&sort=name&page=2")
    assert "/leads/26?q=n0&sort=name&at=26" in links(html)


def test_nobody_sees_the_records_of_another_account(visitor: Visitor, other: Visitor, api: Client) -> None:
    new_lead(api, "Secret")
    for path in ("/leads", "/leads?q=secret", "/leads?filter=id%3D1", "/leads?filter=name%3DSecret"):
        assert "Secret" in visitor.page(path)
        assert cells(other.page(path)) == []
    assert "Secret" not in other.get("/leads/export?format=csv").text


def test_a_reader_sees_nothing_that_changes(server: Server, api: Client) -> None:
    new_lead(api, "Ana")
    with Visitor(server, api.email, "reader") as reader:
        html = reader.page("/leads")
        assert "/leads/new" not in links(html)
        assert not re.search(r'name="do" value="(edit|delete)"', html)
        assert 'name="do" value="csv"' in html
        form = [("query", ""), ("count", "1"), ("id", "1"), ("do", "delete")]
        assert reader.form("/leads/bulk", form).status_code == 403
        assert cells(reader.page("/leads")) != []


def test_a_script_gets_the_same_page_without_what_is_round_it(visitor: Visitor, api: Client) -> None:
    new_lead(api, "Ana")
    part = visitor.get("/leads?q=ana", headers={"hx-request": "true"}).text
    assert 'id="list"' in part
    assert "<html" not in part
    assert "Vary" in visitor.get("/leads").headers


def test_nothing_found_says_what_was_looked_for_and_takes_it_over(visitor: Visitor, api: Client) -> None:
    new_lead(api, "Ana")
    html = visitor.page("/leads?q=Zoë+%26&filter=city_id%3D213")
    assert "Nothing matches “Zoë &amp;” with these filters" in html
    assert {"/leads", "/leads/new?name=Zo%C3%AB%20%26"} <= set(links(html))


def test_cities_can_be_searched_by_how_they_begin(visitor: Visitor) -> None:
    assert [row[0] for row in cells(visitor.page("/cities?q=vila+nova+de+g"))] == ["Vila Nova de Gaia"]
    html = visitor.page("/cities?sort=city_name&direction=desc&limit=100")
    assert len(cells(html)) == 100
    assert 'name="id"' not in html


@each("one", LISTS, ids=lambda one: one.name)
def test_the_usual_columns_fit_beside_the_title(one: View) -> None:
    """More of them scroll."""
    usual = parse(one, ())
    assert shown.width_of(usual) == ""
    everything = usual.having(columns=tuple(columns.offered(one.resource)))
    assert len(everything.columns) < 9 or shown.width_of(everything) != ""
