"""Pages, and which lists are read in a thread from the start."""

import pytest

from closum.model.query import Page, Query, parse
from closum.model.resource import Resource
from closum.resources.city import CITY
from closum.resources.lead import LEAD


@pytest.mark.parametrize(
    ("resource", "query", "long"),
    [
        (LEAD, Query("id"), False),
        (LEAD, Query("name", descending=True), False),
        (LEAD, Query("id", window=Page(limit=200)), False),
        (LEAD, Query("id", window=Page(limit=201)), True),
        (CITY, Query("id", window=Page(limit=201)), True),
        (LEAD, Query("name", window=Page(201, 100)), False),  # 20 000 to skip
        (LEAD, Query("name", window=Page(20_002, 1)), True),
        (LEAD, Query("id", window=Page(20_002, 1)), False),  # found by its position
        (
            LEAD,
            Query("creation_date", window=Page(20_002, 1)),
            False,
        ),  # the order of ids, if nobody has set dates
        (CITY, Query("id", window=Page(20_002, 1)), True),  # shared records have no positions
    ],
)
def test_what_may_take_long(resource: Resource, query: Query, long: bool) -> None:
    assert query.is_long(resource) is long


@pytest.mark.parametrize(
    ("name", "text", "long"),
    [
        ("email", "ana@example.com", False),
        ("filter", "city_id=213", False),
        ("id", "7", False),
        ("phone", "912345678", True),  # a number under every prefix
        ("name", "Ana", True),
        ("filter", "email!=ana@example.com", True),
    ],
)
def test_which_filters_may_take_long(name: str, text: str, long: bool) -> None:
    assert parse(LEAD, [(name, text)]).is_long(LEAD) is long


@pytest.mark.parametrize(
    ("page", "count", "offset", "pages", "neighbours"),
    [
        (Page(), 0, 0, 1, (False, False)),
        (Page(), 25, 0, 1, (False, False)),
        (Page(), 26, 0, 2, (True, False)),
        (Page(2), 26, 25, 2, (False, True)),
        (Page(2, 10), 30, 10, 3, (True, True)),
    ],
)
def test_a_page_has_its_place(
    page: Page, count: int, offset: int, pages: int, neighbours: tuple[bool, bool]
) -> None:
    shown = page.pagination(count)
    assert page.offset == offset
    assert (shown["page_count"], shown["current_page"], shown["count"]) == (pages, page.number, count)
    assert (shown["has_next_page"], shown["has_prev_page"]) == neighbours
    assert shown["limit"] == (None if page.limit == 25 else page.limit)
