"""Walking lists."""

import pytest

from closum_client import Client, NotFound, UnexpectedAnswer
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import page, refused

PAGES = (page(1, 2, pages=3), page(3, 4, number=2, pages=3), page(5, number=3, pages=3))


def test_a_list_asks_for_nothing_until_it_is_walked(scripted: Scripted) -> None:
    client, script = scripted(*PAGES)
    walk = iter(client.leads.list())
    assert script.calls == []
    assert [next(walk).id, next(walk).id] == [1, 2]
    assert script.calls == ["GET /api/lead"]
    assert [lead.id for lead in walk] == [3, 4, 5]
    assert script.calls == ["GET /api/lead", "GET /api/lead?page=2", "GET /api/lead?page=3"]


def test_each_walk_begins_anew(scripted: Scripted) -> None:
    client, _ = scripted(page(1), page(1, 2))
    leads = client.leads.list()
    assert [[lead.id for lead in leads], [lead.id for lead in leads]] == [[1], [1, 2]]


def test_what_was_asked_for_stays_so_on_every_page(scripted: Scripted) -> None:
    client, script = scripted(*PAGES[1:])
    leads = client.leads.list(limit=2, page=2, sort="email.email", direction="desc")
    assert [lead.id for lead in leads] == [3, 4, 5]
    assert [sorted(request.url.params.multi_items()) for request in script.requests] == [
        [("direction", "desc"), ("limit", "2"), ("page", str(number)), ("sort", "email.email")]
        for number in (2, 3)
    ]


def test_pages(scripted: Scripted) -> None:
    client, _ = scripted(*PAGES)
    found = list(client.leads.list().pages())
    assert [[lead.id for lead in one] for one in found] == [[1, 2], [3, 4], [5]]
    assert [len(one) for one in found] == [2, 2, 1]
    last = found[-1].pagination
    assert (last.page_count, last.current_page, last.has_next_page, last.has_prev_page) == (3, 3, False, True)
    assert (last.count, last.limit) == (3, None)


def test_one_page_is_one_request(scripted: Scripted) -> None:
    client, script = scripted(PAGES[1])
    found = client.leads.list(page=2).first_page()
    assert [lead.id for lead in found.records] == [3, 4]
    assert script.calls == ["GET /api/lead?page=2"]


def test_a_page_that_is_gone_ends_the_walk(scripted: Scripted) -> None:
    client, _ = scripted(PAGES[0], refused(404))
    assert [lead.id for lead in client.leads.list()] == [1, 2]


def test_but_not_the_one_that_was_asked_for(scripted: Scripted) -> None:
    client, _ = scripted(refused(404))
    with pytest.raises(NotFound):
        list(client.leads.list(page=9))


@pytest.mark.parametrize(("asked", "got"), [(None, 2), (2, 1), (2, 3)])
def test_another_page_than_that_asked_for(scripted: Scripted, asked: int | None, got: int) -> None:
    client, _ = scripted(page(1, number=got, pages=3))
    with pytest.raises(UnexpectedAnswer, match=f"page {asked or 1} was asked for, and this is page {got}"):
        client.leads.list(page=asked).first_page()


def test_a_cache_that_always_has_the_first_page(scripted: Scripted) -> None:
    client, script = scripted(PAGES[0], PAGES[0])
    walk = iter(client.leads.list())
    assert [next(walk).id, next(walk).id] == [1, 2]
    with pytest.raises(UnexpectedAnswer, match="page 2 was asked for, and this is page 1"):
        next(walk)
    assert script.is_at_end


def test_an_empty_page_is_the_last(scripted: Scripted) -> None:
    client, _ = scripted(PAGES[0], page(number=2, pages=3))
    assert [lead.id for lead in client.leads.list()] == [1, 2]


def test_over_the_real_server(client: Client) -> None:
    ids = [client.leads.create(name=f"Lead {number}") for number in range(7)]
    assert [lead.id for lead in client.leads.list(limit=3)] == ids
    assert [lead.id for lead in client.leads.list(limit=3, page=2, direction="desc")] == ids[3::-1]
    page = client.leads.list(limit=2, sort="name").first_page()
    assert (page.pagination.page_count, page.pagination.count, page.pagination.limit) == (4, 7, 2)
    assert [lead.name for lead in page] == ["Lead 0", "Lead 1"]
    with pytest.raises(NotFound):
        client.leads.list(page=5).first_page()


def test_an_empty_list(client: Client) -> None:
    assert list(client.leads.list()) == []
    assert len(client.emails.list().first_page()) == 0
