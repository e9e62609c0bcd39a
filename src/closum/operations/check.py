"""Whether what the database holds agrees with itself and with the declarations."""

from collections.abc import Callable, Iterator
from typing import Any

from closum.model.resource import Nested, Resource, Row
from closum.resources import RESOURCES
from closum.store import audit, rows
from closum.store.unit import Unit

AT_ONCE = 1_000

Report = Callable[[int, int], None]


def faults(unit: Unit, report: Report) -> Iterator[str]:
    """One line for each fault found, without a person's data. `report` hears of records done and in all."""
    yield from audit.integrity(unit)
    total, done = sum(audit.count(unit, resource) for resource in RESOURCES), 0
    for resource in RESOURCES:
        yield from audit.tallies(unit, resource)
        for account_id, found in audit.scan(unit, resource, AT_ONCE):
            yield from _records(unit, account_id, resource, found)
            done += len(found)
            report(done, total)


def _records(unit: Unit, account_id: int, resource: Resource, found: list[Row]) -> Iterator[str]:
    for row in found:
        yield from _differing(account_id, resource, row, resource.derive(row))
    for nested in resource.nested:
        ids = [row[nested.link] for row in found if row[nested.link] is not None]
        linked = rows.rows_by(unit, account_id, nested.resource, "id", ids)
        for row in found:
            yield from _differing(account_id, resource, row, _copies(nested, linked, row))


def _copies(nested: Nested, linked: dict[Any, Row], row: Row) -> Row:
    """What the row should show; a link that leads nowhere is found by the integrity check."""
    link = row[nested.link]
    return nested.copy(linked.get(link)) | {nested.link: link}


def _differing(account_id: int, resource: Resource, row: Row, expected: Row) -> Iterator[str]:
    for column, value in expected.items():
        if row[column] != value:
            place = f"{resource.name} {row['id']} of account {account_id}"
            yield f"{place}: the column {column} does not agree with what it is made from"
