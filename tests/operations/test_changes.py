"""`version` and `modified` of a row change whenever the row does, and only then."""

from typing import Any

import pytest

from closum.model import draft
from closum.operations import records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import timestamp

CREATED, CHANGED = 1_000_000_000, 1_000_000_500
BEFORE, AFTER = (1, timestamp(CREATED)), (2, timestamp(CHANGED))


@pytest.mark.parametrize(
    ("resource", "body", "changed"),
    [
        (LEAD, {"name": "Eva"}, {("lead", 1)}),
        (LEAD, {"name": "Ana"}, set()),
        (LEAD, {"email": None}, {("lead", 1)}),
        (LEAD, {"email": {"id": 2}}, {("lead", 1)}),
        (LEAD, {"email": {"email": "new@example.com"}}, {("lead", 1), ("email", 1)}),
        (EMAIL, {"email": "new@example.com"}, {("lead", 1), ("email", 1)}),
        (EMAIL, {"email": "ana@example.com"}, set()),
    ],
)
def test_what_changes_gets_a_new_version(
    session: Session, account: Account, resource: Any, body: dict[str, Any], changed: set[tuple[str, int]]
) -> None:
    leads = [{"name": name, "email": {"email": f"{name}@example.com"}} for name in ("ana", "rui")]
    leads[0]["name"] = "Ana"
    with session.write(account.id) as unit:
        unit.now = CREATED
        records.create_many(unit.of(account.id), LEAD, [draft.parse(LEAD, lead) for lead in leads])
    with session.write(account.id) as unit:
        unit.now = CHANGED
        records.update(unit.of(account.id), resource, 1, draft.parse(resource, body))
    with session.read() as unit:
        found = {
            (table, row[0]): row[1:]
            for table in ("lead", "email")
            for row in unit.all(f"SELECT id, version, modified FROM {table}")
        }
    whole = {(table, number) for table in ("lead", "email") for number in (1, 2)}
    assert found == {one: AFTER if one in changed else BEFORE for one in whole}
