"""Upserts of one set that mean the same lead by values which a filter takes for equal."""

from typing import Any

import pytest

from closum.model import draft, matching
from closum.model.change import COMMAND
from closum.operations import upsert
from closum.operations.upsert import Upsert
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session


@pytest.mark.parametrize(
    "values", [("Águeda", "agueda"), ("Straße", "strasse"), (1, 1.0), (12, 1.2e1), (5, "5.0")]
)
def test_the_second_finds_what_the_first_has_written(
    session: Session, account: Account, values: tuple[Any, Any]
) -> None:
    match = matching.parse(LEAD, {"match": "custom_data.a"})
    assert match
    items = []
    for value in values:
        body = {"name": f"{value}", "custom_data": {"a": value}}
        new = draft.parse(LEAD, body)
        items.append(Upsert(COMMAND, new, match, matching.wanted(LEAD, match, body, new)))
    with session.write(account.id) as unit:
        found = upsert.write(unit, LEAD, items)
    assert [getattr(one, "result", one) for one in found] == ["created", "updated"]
