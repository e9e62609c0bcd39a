"""An undo of much is background work: in steps, each whole or not at all, and one operation to people."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from closum.errors import Invalid, NotFound
from closum.model import draft
from closum.model.change import By, Operation
from closum.model.draft import Draft
from closum.operations import (
    batch,
    check,
    deletion,
    jobs,
    performed,
    plan,
    records,
    runner,
    undo,
    undoing,
    undone,
)
from closum.operations.batch import Item
from closum.operations.edit import Edit
from closum.operations.plan import Create, Update
from closum.operations.undo import Undone
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import background, changes, rows, tally
from closum.store.background import DONE, Job, Key
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.operations.test_undo import change, create, shown, state
from tests.operations.test_undo import undone as undone_at_once
from tests.support import engine
from tests.support.background import Servers
from tests.support.killed import as_one, leads

MANY = 700
"""Leads with an address each: 1,400 changes."""
KEPT = 30


@pytest.fixture
def many(session: Session, account: Account, monkeypatch: pytest.MonkeyPatch) -> int:
    """An operation of more changes than are undone at once."""
    monkeypatch.setattr(undoing, "AT_ONCE", MANY)
    with session.write(account.id) as unit:
        return as_one(unit, LEAD, leads(MANY, "many"))


def begin(session: Session, account: Account, operation: int | None) -> Job:
    found = begun(session, account, operation)
    assert isinstance(found, Job)
    return found


def begun(session: Session, account: Account, operation: int | None) -> Undone | Job:
    assert operation
    with session.write(account.id) as unit:
        return undoing.begin(unit, operation, KEPT, {})


def step(session: Session, account: Account, job: Job, size: int = 400) -> bool:
    """One step of background work; whether there is more."""
    with session.write(account.id) as unit:
        taken = runner.turn(unit, undoing.kind(), Key(account.id, job.kind, job.number), "test", size)
    assert taken
    return taken.left is not None


def is_empty(session: Session, account: Account) -> bool:
    """Whether the account has what every account has, and nothing else."""
    fixed = {one.name for one in RESOURCES if one.fixed}
    return not any(rows for name, (_, rows) in state(session, account).items() if name not in fixed)


def work(session: Session, account: Account, operation: int | None, size: int = 400) -> dict[str, Any]:
    """Undo in the background; the job at its end."""
    job = begin(session, account, operation)
    while step(session, account, job, size):
        pass
    return ended(session, account, job)


def ended(session: Session, account: Account, job: Job) -> dict[str, Any]:
    with session.read() as unit:
        return jobs.retrieve(unit.of(account.id), jobs.job_id(job.kind, job.number))


def listed(session: Session, account: Account) -> list[dict[str, Any]]:
    with session.read() as unit:
        return performed.page(unit.of(account.id), 100, KEPT).operations


def agrees(session: Session) -> None:
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


def test_an_undo_of_much_is_background_work(session: Session, account: Account, many: int) -> None:
    after = state(session, account)
    job = begin(session, account, many)
    assert state(session, account) == after
    assert begin(session, account, many) == job
    done = work(session, account, many)
    assert (done["state"], done["done"], done["total"]) == (DONE, 2 * MANY, 2 * MANY)
    assert (done["left_count"], done["left"], done["error"]) == (0, [], None)
    assert is_empty(session, account)
    agrees(session)


def test_what_a_batch_makes_is_undone_at_once(session: Session, account: Account) -> None:
    before = state(session, account)
    with session.write(account.id) as unit:
        operation = as_one(unit, LEAD, leads(MANY, "many"))
    assert isinstance(begun(session, account, operation), Undone)
    assert state(session, account) == before


def test_a_step_is_not_too_small(session: Session, account: Account, many: int) -> None:
    job = begin(session, account, many)
    assert step(session, account, job, size=1)
    assert ended(session, account, job)["done"] == undoing.LEAST


def test_its_steps_are_one_operation_that_can_be_undone(
    session: Session, account: Account, many: int
) -> None:
    after = state(session, account)
    job = work(session, account, many)
    undo_of, made = listed(session, account)
    assert (made["id"], made["undone_by"]) == (many, undo_of["id"])
    assert (undo_of["id"], undo_of["undoes"], undo_of["changes"]) == (job["operation"], many, 2 * MANY)
    assert undo_of["counts"] == {"email": {"delete": MANY}, "lead": {"delete": MANY}}
    with session.read() as unit:
        steps = undone.find(unit.of(account.id), undo_of["id"]).steps
        assert len(steps) == 4
        for one in steps:
            found = performed.retrieve(unit.of(account.id), one.id, KEPT)
            assert found["id"] == undo_of["id"]
            assert len(found["records"]) == 100
    again = work(session, account, steps[1].id)  # any step stands for all
    assert again["left_count"] == 0
    assert state(session, account) == after
    newest, second, first = listed(session, account)
    assert (newest["undoes"], second["undone_by"], first["undone_by"]) == (second["id"], newest["id"], None)
    assert newest["counts"] == {"email": {"restore": MANY}, "lead": {"restore": MANY}}
    work(session, account, many)
    assert is_empty(session, account)
    agrees(session)


def test_what_is_undone_is_refused(session: Session, account: Account, many: int) -> None:
    work(session, account, many)
    with pytest.raises(Invalid) as refused:
        begun(session, account, many)
    assert "_isUndone" in refused.value.faults["operation"]
    with session.read() as unit, pytest.raises(Invalid):
        undoing.preview(unit.of(account.id), many, KEPT, {})


def test_work_that_goes_on_is_not_undone(session: Session, account: Account, many: int) -> None:
    job = begin(session, account, many)
    assert step(session, account, job)
    first = listed(session, account)[0]["id"]
    with pytest.raises(Invalid) as refused:
        begun(session, account, first)
    assert refused.value.faults == {
        "operation": {
            "_isRunning": f"This operation is not ended yet: wait for the end of the job undo-{job.number}"
        }
    }


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_dry_run_says_whether_it_names_all(
    session: Session, account: Account, many: int, monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    most = 2 * MANY if is_whole else 2 * MANY - 1
    monkeypatch.setattr(undoing, "MOST_SHOWN", most)
    with session.read() as unit:
        found = undoing.preview(unit.of(account.id), many, KEPT, {})
    counts = (most, 0) if is_whole else (None, None)
    assert (found["undone_count"], found["left_count"]) == counts
    assert (len(found["undone"]), found["left"]) == (most, [])


def test_what_was_changed_since_is_left_and_can_be_undone_later(
    session: Session, account: Account, many: int
) -> None:
    changed = change(session, account, LEAD, 5, {"name": "Eva"})
    with session.read() as unit:
        found = undoing.preview(unit.of(account.id), many, KEPT, {})
    done = work(session, account, many)
    left = [
        {"resource": "lead", "id": 5, "properties": ["name"], "reason": undo.CHANGED},
        {"resource": "email", "id": 5, "properties": None, "reason": undo.SHOWN},
    ]
    assert (done["left"], done["left_count"]) == (left, 2)
    assert (found["left"], len(found["undone"])) == (left, 2 * MANY - 2)
    assert (found["left_count"], found["undone_count"]) == (2, 2 * MANY - 2)
    assert shown(session, account, LEAD, 5)["name"] == "Eva"
    undone_at_once(session, account, changed)
    rest = work(session, account, many)
    assert (rest["left_count"], rest["done"]) == (0, 2 * MANY)
    assert is_empty(session, account)
    assert len([one for one in listed(session, account) if one["undoes"] == many]) == 2
    agrees(session)


def swapped(session: Session, account: Account) -> int:
    """Addresses that change their records, two by two, as one operation."""
    with session.write(account.id) as unit:
        known = plan.known_of(unit)
        found = rows.rows_by(unit, EMAIL, "id", range(1, MANY + 1))
        known.add(EMAIL, found.values())
        for one in found:
            known.showing[EMAIL, one] = set()
        deletion.look_up_showing(unit, known, EMAIL, list(found))
        edit = Edit(known)
        half = MANY // 2
        pairs = [(one, one + half) for one in range(1, half + 1)]
        for ours, theirs in [*pairs, *((theirs, ours) for ours, theirs in pairs)]:
            known.release(EMAIL, known.rows[EMAIL][ours])
            fields = ("email", "email_key", "email_sort", "domain")
            edit.update(EMAIL, ours, {name: found[theirs][name] for name in fields})
        (done,) = changes.write(unit, [Operation(unit.by, edit.changes())], known.counters)
        assert done
        return done


@pytest.mark.usefixtures("many")
def test_keys_that_change_hands_between_steps_are_given_back(session: Session, account: Account) -> None:
    before = state(session, account)
    operation = swapped(session, account)
    assert state(session, account) != before
    done = work(session, account, operation, size=300)
    assert (done["left"], done["left_count"]) == ([], 0)
    assert state(session, account) == before
    agrees(session)


def drafted(address: str) -> Draft:
    return draft.parse(LEAD, {"email": {"email": address}})


def passed_on(session: Session, account: Account) -> int:
    """Half of the leads get other addresses, and new leads those that they had, as one operation."""
    with session.write(account.id) as unit:
        found = rows.rows_by(unit, EMAIL, "id", range(1, MANY // 2 + 1))
        old = [drafted(row["email"]) for row in found.values()]
        new = [drafted(f"other{one}@example.com") for one in found]
        asks: list[Item] = [Update(unit.by, values, one) for one, values in zip(found, new, strict=True)]
        asks += [Create(unit.by, values) for values in old]
        done = batch.write(unit, LEAD, unit.by, asks).operation
        assert done
        return done


@pytest.mark.usefixtures("many")
def test_what_shows_a_record_that_waits_between_steps_shows_it_again(
    session: Session, account: Account
) -> None:
    before = state(session, account)
    operation = passed_on(session, account)
    after = state(session, account)
    done = work(session, account, operation, size=300)
    assert (done["left_count"], state(session, account)) == (0, before)
    again = work(session, account, done["operation"], size=300)
    assert (again["left_count"], state(session, account)) == (0, after)
    agrees(session)


def test_addresses_in_the_bin_come_back_over_steps(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for one whose key another record has by now, which the next undo brings back."""
    monkeypatch.setattr(undoing, "AT_ONCE", undoing.LEAST)
    number = 3 * undoing.LEAST
    with session.write(account.id) as unit:
        as_one(unit, LEAD, leads(number, "many"))
    before, unlinked = state(session, account), draft.parse(LEAD, {"email": None})
    with session.write(account.id) as unit:
        asks: list[Item] = [Update(unit.by, unlinked, one) for one in range(1, number + 1)]
        operation = batch.write(unit, LEAD, unit.by, asks).operation
        address = rows.rows_by(unit, EMAIL, "id", [1])[1]["email"]
        for one in range(1, number, 2):
            records.delete(unit, EMAIL, one)
    other = create(session, account, EMAIL, {"email": address})
    done = work(session, account, operation, size=1)
    left = {(one["resource"], one["id"], one["reason"]) for one in done["left"]}
    assert left == {("email", 1, undo.TAKEN), ("lead", 1, undo.MISSING)}
    links = [row["email_id"] for row in state(session, account)["lead"][1]]
    assert links == [None, *range(2, number + 1)]
    with session.write(account.id) as unit:
        records.delete(unit, EMAIL, other.id)
    rest = work(session, account, operation, size=1)
    assert (rest["left_count"], state(session, account)) == (0, before)
    agrees(session)


def caused(session: Session, account: Account, write: Callable[[Unit], object]) -> None:
    """A step of the background work `import` 7."""
    with session.write(account.id) as unit:
        write(unit.of(account.id, By(None, "", "import", 7)))


def update(record_id: int, name: str) -> Callable[[Unit], object]:
    return lambda unit: records.update(unit, LEAD, record_id, draft.parse(LEAD, {"name": name}))


def test_background_work_is_one_operation(session: Session, account: Account) -> None:
    """Which may change a record several times, and somebody else between two of its steps."""
    for name in ("Ana", "Eva"):
        create(session, account, LEAD, {"name": name})
    before = state(session, account)
    steps = [
        lambda unit: as_one(unit, LEAD, leads(3, "new")),
        update(1, "Ana 1"),
        update(2, "Eva 1"),
        update(1, "Ana 2"),
    ]
    for one in steps[:2]:
        caused(session, account, one)
    other = create(session, account, LEAD, {"name": "Rui"})
    for one in steps[2:]:
        caused(session, account, one)
    rui, imported, *_ = listed(session, account)
    assert rui["id"] == other.operation
    assert imported["counts"] == {"email": {"create": 3}, "lead": {"create": 3, "update": 3}}
    assert (imported["cause"], imported["changes"]) == ("import", 9)
    found = begun(session, account, imported["id"])
    assert isinstance(found, Undone)
    assert found.left == []
    undone_at_once(session, account, other.operation)
    assert state(session, account) == before


def test_every_undo_of_an_operation_is_listed(session: Session, account: Account) -> None:
    """Commands give their requests no id: two undos are two operations all the same."""
    lead = create(session, account, LEAD, {"name": "Ana"})
    operation = change(session, account, LEAD, lead.id, {"name": "Eva"})
    first = undone_at_once(session, account, operation).operation
    again = undone_at_once(session, account, first).operation
    second = undone_at_once(session, account, operation).operation
    undoes = {one["id"]: one["undoes"] for one in listed(session, account)}
    assert [undoes[one] for one in (first, again, second)] == [operation, first, operation]


def test_of_background_work_what_was_changed_between_is_left(session: Session, account: Account) -> None:
    create(session, account, LEAD, {"name": "Ana"})
    caused(session, account, update(1, "Ana 1"))
    change(session, account, LEAD, 1, {"name": "Eva"})
    caused(session, account, update(1, "Ana 2"))
    found = begun(session, account, listed(session, account)[1]["id"])
    assert isinstance(found, Undone)
    assert found.left == [undo.Left(LEAD, 1, ("name",), undo.CHANGED)]
    assert shown(session, account, LEAD, 1)["name"] == "Eva"


def test_numbers_of_work_are_not_given_again(session: Session, account: Account, many: int) -> None:
    job = begin(session, account, many)
    with session.write(account.id) as unit:
        assert background.next_number(unit, "undo", 0) == job.number + 1
        assert background.next_number(unit, "undo", 10**6) == 10**6 + 1


@pytest.mark.parametrize(
    "text",
    ["", "undo", "undo-", "undo-0", "undo-01", "undo-x", "Undo-1", "undo-1 ", "-1", "1", f"undo-{2**63}"],
)
def test_there_is_no_such_work(session: Session, account: Account, text: str) -> None:
    with session.read() as unit, pytest.raises(NotFound):
        jobs.retrieve(unit.of(account.id), text)


def test_a_server_does_it(session: Session, account: Account, many: int, folder: Path) -> None:
    job = begin(session, account, many)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(undoing.kind()) as (_, one):
            await one.work()

    _run(folder, scenario)
    assert ended(session, account, job)["state"] == DONE
    with session.read() as unit:
        assert tally.counters(unit.of(account.id))["lead"].records == 0


def _run(folder: Path, scenario: Callable[[Servers], Awaitable[None]]) -> None:
    Servers(engine.current.url(folder)).run(scenario)
