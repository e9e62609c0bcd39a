"""The functions of the store on what people do with leads, for `tests/store/test_reading.py`, and what they read."""

from collections.abc import Callable
from typing import Any

from closum.resources.consent import CONSENT
from closum.resources.lead import LEAD
from closum.resources.task import TASK
from closum.store import background, earliest, stays, told
from closum.store.unit import Unit

TASK_OF_EVA = """
INSERT INTO task (account_id, id, lead_id, text, due, user_id, done, creation_date, version, modified)
VALUES (?, 1, 2, 'Call', '2026-01-31T10:00:00+00:00', NULL, NULL, '', 1, '')
"""
CONSENTS_OF_EVA = """
INSERT INTO consent (account_id, id, lead_id, channel, state, creation_date, version, modified)
VALUES (?, 1, 2, 'sms', 'given', '', 1, ''), (?, 2, 2, 'sms', 'withdrawn', '', 1, '')
"""
READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "background.going_on": (
        lambda unit: [
            [one[:4] for one in background.going_on(unit, kinds)]
            for kinds in ((), ("undo", "import"), ("undo",))
        ],
        [[("import", 7, background.PENDING, 0)], [("import", 7, background.PENDING, 0)], []],
    ),
    "earliest.found": (lambda unit: earliest.found(unit, TASK, [1, 2]), {2: "2026-01-31T10:00:00+00:00"}),
    "stays.of_records": (
        lambda unit: [one[:3] for one in stays.of_records(unit, LEAD, [1, 2], 9, 9)],
        [(2, 3, 7)],
    ),
    "stays.entered": (lambda unit: [one[:2] for one in stays.entered(unit, LEAD, [1, 2])], [(2, 7)]),
    "stays.stray": (lambda unit: stays.stray(unit, LEAD, 0, 9), []),
    "stays.in_stage": (lambda unit: stays.in_stage(unit, LEAD, 7, 9), []),
    "stays.present": (lambda unit: stays.present(unit, LEAD, [1, 2]), {2: [7]}),
    "told.found": (
        lambda unit: [told.found(unit, CONSENT, [1, 2])[one]["consent_sms"] for one in (1, 2)],
        [None, "withdrawn"],
    ),
}


def put_raw_rows(unit: Unit) -> None:
    """Put a task and consents past the only writer."""
    unit.run(TASK_OF_EVA, (unit.account_id,))
    unit.run(CONSENTS_OF_EVA, (unit.account_id, unit.account_id))


def without_raw_rows(unit: Unit) -> None:
    """Take away what was put past the only writer."""
    unit.run("DELETE FROM task")
    unit.run("DELETE FROM consent")
