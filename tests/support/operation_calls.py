"""Calls of the functions of the store that read operations and background work, for `tests/store/test_reading.py`."""

from collections.abc import Callable
from typing import Any

from closum.resources.lead import LEAD
from closum.store import background, history, merged, operation
from tests.support.feed_calls import changed


def spans(heads: list[operation.Head]) -> list[tuple[int, int]]:
    return [(one.id, one.last) for one in heads]


READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "background.job": (
        lambda unit: [
            one and (one.number, one.argument)
            for one in (background.job(unit, "import", 7), background.job(unit, "import", 8))
        ],
        [(7, None), None],
    ),
    "background.jobs": (
        lambda unit: [[one.kind for one in background.jobs(unit, 9, kind)] for kind in ("", "undo")],
        [["import"], []],
    ),
    "background.next_number": (
        lambda unit: [
            background.next_number(unit, kind, last) for kind, last in (("import", 3), ("undo", 9))
        ],
        [8, 10],
    ),
    "history.at": (lambda unit: changed(history.at(unit, [3, 1, 9])), [("lead", 2), ("email", 1)]),
    "merged.final": (lambda unit: [merged.final(unit, LEAD, one) for one in (1, 9)], [None, None]),
    "merged.finals": (lambda unit: merged.finals(unit, LEAD, [1, 9]), {}),
    "merged.merge": (lambda unit: merged.merge(unit, LEAD, 1), None),
    "merged.chain": (lambda unit: merged.chain(unit, LEAD, 1), []),
    "merged.sources": (lambda unit: merged.sources(unit, LEAD, 1), []),
    "merged.walk": (lambda unit: list(merged.walk(unit, 2)), []),
    "operation.newest": (
        lambda unit: [
            spans(operation.newest(unit, *one)) for one in ((9, 9), (9, 1), (3, 9), (2, 9), (1, 9))
        ],
        [[(3, 3), (1, 2)], [(3, 3)], [(1, 2)], [(1, 1)], []],
    ),
    "operation.caused": (
        lambda unit: [spans(one) for one in operation.caused(unit, [("import", 7), ("undo", 1)])],
        [[], []],
    ),
    "operation.caused_back": (lambda unit: operation.caused_back(unit, "import", 7, "", 9, 9), []),
    "operation.counts": (
        lambda unit: {
            first: sorted(some) for first, some in operation.counts(unit, [(1, 2), (3, 3)]).items()
        },
        {
            1: [("email", "create", "command", None, 1), ("lead", "create", "command", None, 1)],
            3: [("lead", "create", "command", None, 1)],
        },
    ),
    "operation.end": (lambda unit: [operation.end(unit, one) for one in (1, 3)], [2, 3]),
    "operation.of_resources": (
        lambda unit: operation.of_resources(unit, 1, 9, ["contact_type", "email"]),
        [("email", 1)],
    ),
    "operation.not_taken_back": (
        lambda unit: sorted(
            operation.not_taken_back(unit, [operation.Step(1, 2, 1, 9), operation.Step(3, 3, 3, 9)])
        ),
        [(1, 1), (1, 2), (3, 3)],
    ),
    "operation.first_caused": (lambda unit: operation.first_caused(unit, [("import", 7)]), {}),
    "operation.firsts": (
        lambda unit: {
            one: sorted(some)
            for most in (1, 2)
            for one, some in operation.firsts(unit, [most, 3], most).items()
        },
        {
            1: [("email", 1, "create", "command", None, "")],
            3: [("lead", 2, "create", "command", None, "")],
        },
    ),
    "operation.firsts_caused": (lambda unit: operation.firsts_caused(unit, [("import", 7)], 9), {}),
    "operation.head": (
        lambda unit: [
            one and (one.last, one.size)
            for one in (operation.head(unit, 1), operation.head(unit, 2), operation.head(unit, 2**63))
        ],
        [(2, 2), None, None],
    ),
    "operation.oldest": (lambda unit: [operation.oldest(unit), operation.oldest(unit.of(2))], [1, 0]),
    "operation.since": (
        lambda unit: [
            operation.since(unit, ""),
            operation.since(unit, "9"),
            operation.since(unit.of(2), "9"),
        ],
        [1, 4, 0],
    ),
    "operation.rows": (lambda unit: changed(operation.rows(unit, 2, 3, 9)), [("lead", 1), ("lead", 2)]),
    "operation.rows_back": (
        lambda unit: changed(operation.rows_back(unit, 1, 3, 2)),
        [("lead", 2), ("lead", 1)],
    ),
    "operation.undos": (lambda unit: operation.undos(unit, [1, 2, 3]), []),
}
