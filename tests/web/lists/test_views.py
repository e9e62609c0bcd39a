"""Saved views: a name for an address, for oneself or for everybody."""

import re
from collections.abc import Iterator

import pytest

from closum.accounts import users
from closum.operations import handover
from closum.store import identity, saved_views
from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import Fields, Visitor, new_leads, text

each = pytest.mark.parametrize


def tabs(visitor: Visitor, path: str = "/leads") -> list[str]:
    nav = visitor.page(path).partition('id="tabs"')[2].partition("</nav>")[0]
    return [text(one) for one in re.findall(r"<a .*?</a>", nav)]


def current(visitor: Visitor, path: str) -> list[str]:
    nav = visitor.page(path).partition('id="tabs"')[2].partition("</nav>")[0]
    return re.findall(r'aria-current="page">([^<]*)', nav)


def save(visitor: Visitor, name: str, query: str, *more: tuple[str, str]) -> str:
    answer = visitor.form("/leads/views", [("name", name), ("query", query), *more])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.fixture
def colleague(server: Server, api: Client) -> Iterator[Visitor]:
    """Another user of the account."""
    email = f"other-{api.email}"
    with server.session() as session, session.write() as unit:
        users.add_user(unit, users.account_named(unit, api.account), email, "none")
    with Visitor(server, email, "member") as visitor:
        yield visitor


@pytest.fixture(autouse=True)
def _leads(api: Client) -> None:
    new_leads(api, 2)


def test_what_is_chosen_over_the_list_is_saved(visitor: Visitor) -> None:
    chosen = "/leads/views/new?q=n0&f.city_id=213&sort=name&direction=desc&columns=email&columns=id&limit=50"
    (query,) = re.findall(r'name="query" value="([^"]*)"', visitor.page(chosen))
    query = query.replace("&amp;", "&")
    assert query == "q=n0&filter=city_id%3D213&sort=name&direction=desc&limit=50&columns=email%2Cid"
    assert save(visitor, " Mine ", query) == f"/leads?{query}"
    assert tabs(visitor) == ["All", "Without phone", "Number not valid", "Mine"]
    assert current(visitor, f"/leads?{query}") == ["Mine"]
    assert current(visitor, f"/leads?{query}&page=1") == ["Mine"]
    assert current(visitor, "/leads") == ["All"]


def test_a_view_is_replaced_by_a_button_that_says_so(visitor: Visitor, colleague: Visitor) -> None:
    save(colleague, "Mine", "q=c", ("shared", "1"))
    save(visitor, "Mine", "q=a")
    assert tabs(visitor)[3:] == ["Mine", "Mine"]
    asked = visitor.form("/leads/views", [("name", "Mine"), ("query", "q=b")])
    assert asked.status_code == 422
    assert "You have a view “Mine” already." in asked.text
    assert re.findall('<option value="([^"]*)"', asked.text) == ["Mine"]
    (replaced,) = re.findall('name="replace" value="([0-9]+)">Replace “Mine”<', asked.text)
    assert current(visitor, "/leads?q=a") == ["Mine"]
    save(visitor, "Other", "q=b", ("replace", replaced))  # the button is of another name
    assert tabs(visitor)[3:] == ["Mine", "Mine", "Other"]
    save(visitor, "Mine", "q=d", ("replace", replaced))
    assert tabs(visitor)[3:] == ["Mine", "Mine", "Other"]
    assert current(visitor, "/leads?q=a") == []
    assert current(visitor, "/leads?q=c") == current(visitor, "/leads?q=d") == ["Mine"]


def test_what_everybody_sees_is_replaced_for_everybody(visitor: Visitor, colleague: Visitor) -> None:
    save(colleague, "Ours", "q=c", ("shared", "1"))
    save(colleague, "Ours", "q=d", ("replace", "1"))
    assert tabs(visitor)[3:] == ["Ours"]
    assert current(visitor, "/leads?q=d") == ["Ours"]


def test_a_view_is_not_renamed_to_another_ones_name(visitor: Visitor) -> None:
    for name in ("One", "Two"):
        save(visitor, name, f"q={name}")
    answer = visitor.form("/leads/views/1", [("do", "save"), ("name", "Two")])
    assert answer.status_code == 422
    assert "Another of your views has this name." in answer.text
    visitor.form("/leads/views/1", [("do", "save"), ("name", "One")])
    assert tabs(visitor)[3:] == ["One", "Two"]


def remove(visitor: Visitor, number: int) -> Fields:
    """What the button that undoes it sends."""
    page = visitor.behind(visitor.form(f"/leads/views/{number}", [("do", "delete")]))
    assert "removed." in page
    (carried,) = re.findall('name="removed" value="([^"]*)"', page)
    assert "removed." not in visitor.page("/leads/views")  # it goes with the next page
    return [("do", "restore"), ("removed", carried)]


def test_a_view_that_was_removed_is_brought_back_as_it_was(visitor: Visitor, colleague: Visitor) -> None:
    save(colleague, "Theirs", "q=a", ("shared", "1"))
    save(visitor, "Mine", "q=b")
    undo = remove(visitor, 1)
    assert tabs(colleague)[3:] == []
    for path, sender in (("2", visitor), ("1", colleague)):  # of another view, of another session
        assert sender.form(f"/leads/views/{path}", undo).status_code == 404
    for _ in range(2):
        assert "View “Theirs” restored." in visitor.behind(visitor.form("/leads/views/1", undo))
        assert tabs(visitor)[3:] == ["Theirs", "Mine"]
    assert (
        colleague.form(
            "/leads/views/1", [("do", "save"), ("name", "Still mine"), ("shared", "1")]
        ).status_code
        == 303
    )
    assert tabs(visitor)[3:] == ["Still mine", "Mine"]


def test_no_view_gets_the_number_of_one_that_was_removed(visitor: Visitor) -> None:
    save(visitor, "One", "q=a")
    undo = remove(visitor, 1)
    save(visitor, "Two", "q=b")
    assert visitor.form("/leads/views/1", [("do", "delete")]).status_code == 404
    assert visitor.form("/leads/views/1", [("do", "save"), ("name", "Stale")]).status_code == 404
    visitor.form("/leads/views/1", undo)
    assert tabs(visitor)[3:] == ["One", "Two"]


def test_of_views_with_the_same_list_one_is_current(visitor: Visitor) -> None:
    save(visitor, "Plain", "")
    save(visitor, "One", "q=a")
    save(visitor, "Two", "q=a")
    assert current(visitor, "/leads") == ["All"]
    assert current(visitor, "/leads?q=a") == ["One"]


def test_the_page_of_views_says_what_they_show(visitor: Visitor) -> None:
    save(visitor, "Mine", "q=n0&filter=city_id%3D213&sort=name&direction=desc&columns=email,id")
    save(visitor, "All of them", "")
    said = text(visitor.page("/leads/views"))
    assert "Mine Search: n0 City: Abrantes Sort by: Name, descending Columns: Email, No. " in said
    assert "All of them All " in said


def test_who_saves_a_view_sees_what_it_keeps(visitor: Visitor) -> None:
    said = text(visitor.page("/leads/views/new?q=n0&filter=city_id%3D213"))
    assert "Save view Search: n0 City: Abrantes Name" in said
    assert "Save view All Name" in text(visitor.page("/leads/views/new"))


def test_a_view_is_the_users_own_unless_it_is_shared(
    visitor: Visitor, colleague: Visitor, other: Visitor
) -> None:
    save(visitor, "Mine", "q=a")
    save(visitor, "Ours", "q=b", ("shared", "1"))
    assert tabs(visitor)[3:] == ["Mine", "Ours"]
    assert tabs(colleague)[3:] == ["Ours"]
    assert colleague.form("/leads/views/1", [("do", "delete")]).status_code == 404
    assert colleague.form("/leads/views/2", [("do", "delete")]).status_code == 403
    assert tabs(visitor)[3:] == ["Mine", "Ours"]
    assert "Ours" not in other.page("/leads/views")


def test_an_owner_tidies_what_others_share(visitor: Visitor, colleague: Visitor) -> None:
    save(colleague, "Theirs", "q=a", ("shared", "1"))
    visitor.form("/leads/views/1", [("do", "delete")])
    assert tabs(visitor)[3:] == []


def test_views_are_renamed_moved_and_deleted(visitor: Visitor) -> None:
    for name in ("One", "Two", "Three"):
        save(visitor, name, f"q={name}")
    visitor.form("/leads/views/3", [("do", "up")])
    assert tabs(visitor)[3:] == ["One", "Three", "Two"]
    visitor.form("/leads/views/1", [("do", "down"), ("name", "One")])
    assert tabs(visitor)[3:] == ["Three", "One", "Two"]
    visitor.form("/leads/views/3", [("do", "up")])
    visitor.form("/leads/views/2", [("do", "save"), ("name", "Zwei")])
    visitor.form("/leads/views/1", [("do", "delete")])
    assert tabs(visitor)[3:] == ["Three", "Zwei"]
    assert "Zwei" in visitor.page("/leads/views")


@each("name", ["", " ", "x" * 61])
def test_a_view_is_not_renamed_to_nothing_without_a_word(visitor: Visitor, name: str) -> None:
    save(visitor, "One", "q=a")
    save(visitor, "Two", "q=b")
    answer = visitor.form("/leads/views/1", [("do", "save"), ("name", name)])
    assert answer.status_code == 422
    assert 'id="name-1-said"' in answer.text
    assert 'id="name-2-said"' not in answer.text
    assert tabs(visitor)[3:] == ["One", "Two"]


@each(
    "form",
    [
        [("name", " ")],
        [("name", "x" * 61)],
        [("name", "\u200b")],
        [("name", "n"), ("query", "q=" + "é" * 480 + "&filter=name%3D" + "é" * 900)],
    ],
)
def test_a_name_is_needed_and_what_was_chosen_is_kept(visitor: Visitor, form: Fields) -> None:
    answer = visitor.form("/leads/views", [("query", "q=n0"), *form])
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert tabs(visitor)[3:] == []


def test_there_is_a_most_for_each_who_saves(visitor: Visitor, colleague: Visitor) -> None:
    for number in range(saved_views.MOST):
        save(colleague, f"S{number}", f"q={number}", ("shared", "1"))
    for number in range(saved_views.MOST):
        save(visitor, f"V{number}", f"q={number}")
    answer = visitor.form("/leads/views", [("query", ""), ("name", "More")])
    assert answer.status_code == 422
    assert "Delete one first" in answer.text


def test_a_reader_has_views_and_shares_none(server: Server, api: Client) -> None:
    with Visitor(server, api.email, "reader") as reader:
        assert 'name="shared"' not in reader.page("/leads/views/new?q=a")
        save(reader, "Mine", "q=a", ("shared", "1"))
        assert "shared" not in reader.page("/leads/views").partition("<main")[2]


def test_a_view_of_something_that_is_no_more_still_opens(visitor: Visitor) -> None:
    save(visitor, "Odd", "filter=nonsense&q=n0&colour=red")
    assert current(visitor, "/leads?q=n0") == ["Odd"]


def test_what_a_removed_user_shared_stays(
    server: Server, visitor: Visitor, colleague: Visitor, api: Client
) -> None:
    save(colleague, "Theirs", "q=a", ("shared", "1"))
    save(colleague, "Own", "q=b")
    with server.session() as session:
        with session.read() as unit:
            (user,) = (one for one in identity.users(unit) if one.email == colleague.email)
        with session.write(user.account_id) as unit:
            handover.begin(unit, user.id, None)
        with session.read() as unit:
            left = unit.all("SELECT name, user_id FROM saved_view WHERE account_id = ?", (user.account_id,))
    assert [tuple(one) for one in left] == [("Theirs", None)]
    assert tabs(visitor)[3:] == ["Theirs"]
