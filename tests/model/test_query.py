"""Which lists are read in a thread from the start."""

import pytest

from closum.model.query import Query
from closum.model.resource import Resource
from closum.resources.city import CITY
from closum.resources.lead import LEAD


@pytest.mark.parametrize(
    ("resource", "query", "long"),
    [
        (LEAD, Query("id"), False),
        (LEAD, Query("name", descending=True), False),
        (LEAD, Query("id", limit=200), False),
        (LEAD, Query("id", limit=201), True),
        (CITY, Query("id", limit=201), True),
        (LEAD, Query("name", limit=100, page=201), False),  # 20 000 to skip
        (LEAD, Query("name", limit=1, page=20_002), True),
        (LEAD, Query("id", limit=1, page=20_002), False),  # found by its position
        (LEAD, Query("creation_date", limit=1, page=20_002), False),  # the order of ids
        (CITY, Query("id", limit=1, page=20_002), True),  # shared records have no positions
    ],
)
def test_what_may_take_long(resource: Resource, query: Query, long: bool) -> None:
    assert query.is_long(resource) is long
