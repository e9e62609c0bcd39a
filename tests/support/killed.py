"""Processes that write an account's records until they are killed."""

import random
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from closum.model import draft
from closum.model.change import Operation
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import merging, plan, records, runner, undo, undoing
from closum.operations.importing import work
from closum.operations.importing.files import Files
from closum.operations.plan import Create
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import background, changes, history, tally
from closum.store.background import Job, Key
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support.client import JSON
from tests.support.patience import PATIENCE
from tests.support.processes import forks
from tests.support.stored import ids

SET = 10
"""Leads that are created, and undone, as one operation."""
FEW = 25
"""Changes that a step of background work undoes."""
ROWS = 100
"""Rows that a step of an import writes."""
STEP = 7
"""Changes that a step of the retention cuts: operations are cut in their middle."""
BEGUN = "begun"

Work = Callable[[Session, int], object]


def as_one(unit: Unit, resource: Resource, bodies: list[JSON]) -> int:
    """Create records as one operation; its id."""
    asks = [Create(unit.by, draft.parse(resource, body)) for body in bodies]
    looked = plan.look_up(unit, resource, asks)
    decided = plan.decide(looked, resource, asks).operations
    operation = Operation(unit.by, [change for one in decided for change in one.changes])
    (done,) = changes.write(unit, [operation], looked.known.counters)
    assert done
    return done


def leads(number: int, name: str) -> list[JSON]:
    return [{"name": name, "email": {"email": f"{name}-{one}@example.com"}} for one in range(number)]


def last_operation(unit: Unit) -> int:
    last = tally.counters(unit)[tally.CHANGE].last_id
    return history.since(unit, last - 1, 1)[0].operation


def write(session: Session, account_id: int) -> None:
    """A set of leads, and another address of a record that all leads of the set show."""
    name = f"{random.getrandbits(60):x}"
    with session.write(account_id) as unit:
        done = as_one(unit, LEAD, [{"name": name, "email": {"email": f"{name}@example.com"}}] * SET)
        address = next(one.id for one in history.of_operation(unit, done) if one.resource == EMAIL.name)
    with session.write(account_id) as unit:
        records.update(unit, EMAIL, address, draft.parse(EMAIL, {"email": f"{name}@example.org"}))


def undo_last(session: Session, account_id: int) -> None:
    """What was undone is done again, and so on."""
    with session.write(account_id) as unit:
        assert undo.undo(unit, last_operation(unit)).left == []


def undo_in_steps(session: Session, account_id: int) -> None:
    """A step of the background work that undoes the last operation; a new one where there is none."""
    undoing.AT_ONCE = 1_000  # of this process alone: what is larger is background work
    with session.write(account_id) as unit:
        job = undoing_now(unit)
        if job is None:
            found = undoing.begin(unit, last_operation(unit), 30, {})
            assert isinstance(found, Job)
            job = found
        undo_a_step(unit, job)


def go_on_undoing(session: Session, account_id: int) -> None:
    """A step of the undo that goes on, if one does."""
    with session.write(account_id) as unit:
        if found := undoing_now(unit):
            undo_a_step(unit, found)


def undo_a_step(unit: Unit, job: Job) -> None:
    runner.turn(unit, undoing.kind(), Key(unit.account_id, job.kind, job.number), "killed", FEW)


def undoing_now(unit: Unit) -> Job | None:
    """The undo that goes on."""
    found = background.jobs(unit, 1, "undo")
    return found[0] if found and found[0].state != background.DONE else None


_kinds: dict[Path, runner.Kind] = {}
"""By the folder of files: what is read of a file goes on from step to step."""


def import_in_steps(folder: Path, number: int, session: Session, account_id: int) -> None:
    """A step of an import."""
    kind = _kinds.setdefault(folder, work.kind(Files(folder)))
    key, preparing = Key(account_id, kind.name, number), kind.preparing
    assert preparing
    with session.write(account_id) as unit:
        claimed = runner.claim(unit, kind, key, "killed")
    if claimed:
        prepared = runner.Prepared(claimed, preparing.prepare(key, claimed, ROWS))
        with session.write(account_id) as unit:
            runner.turn(unit, kind, key, "killed", ROWS, prepared)


def merge(session: Session, account_id: int) -> None:
    """A set of leads, which go into the first one."""
    with session.write(account_id) as unit:
        new = records.create_many(
            unit, LEAD, [draft.parse(LEAD, one) for one in leads(SET, f"{random.getrandbits(60):x}")]
        )
        first, *others = ids(new)
    with session.write(account_id) as unit:
        merging.write(unit, LEAD, first, Draft({merging.IDS: others}, {}, {}))


def retain(session: Session, account_id: int) -> None:
    """New changes, and the end of all old ones, step by step."""
    with session.write(account_id) as unit:
        as_one(unit, LEAD, leads(SET, f"{random.getrandbits(60):x}"))
    session.write_steps(_cuts(session, account_id), account_id)


def _cuts(session: Session, account_id: int) -> Iterator[Callable[[Unit], object]]:
    with session.read() as unit:
        number = tally.counters(unit.of(account_id))[tally.CHANGE].records
    return (_cut for _ in range(0, number, STEP))


def _cut(unit: Unit) -> None:
    history.cut(unit, timestamp(unit.now + 60), STEP)


def kill(doing: Work, url: str, account_id: int, seconds: float) -> None:
    """Let a process do some work again and again, and end it by SIGKILL so long after the first time."""
    context = forks()
    here, there = context.Pipe()
    process = context.Process(target=_until_killed, args=(there, doing, url, account_id))
    process.start()
    there.close()
    assert here.poll(PATIENCE)
    assert here.recv() == BEGUN
    process.join(seconds)
    process.kill()
    assert here.poll(PATIENCE)
    # Not by its exit code: another thread that starts a process may take that from multiprocessing.
    with pytest.raises(EOFError):
        pytest.fail(here.recv())
    process.join(PATIENCE)
    here.close()


def _until_killed(there: Connection, doing: Work, url: str, account_id: int) -> None:
    try:
        with open_session(url) as session:
            doing(session, account_id)
            there.send(BEGUN)
            while True:
                doing(session, account_id)
    except Exception:
        there.send(traceback.format_exc())
        raise
