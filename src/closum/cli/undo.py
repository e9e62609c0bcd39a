"""closum lead undo."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import click

from closum.accounts import users
from closum.cli.options import Number, database, flag, open_session
from closum.cli.options import account as account_option
from closum.cli.plans import number
from closum.cli.progress import Report, progress
from closum.errors import Faults, Invalid, Refusal, WorkRunning
from closum.model.draft import MAX_ID
from closum.operations import jobs, kept, performed, runner, undoing
from closum.operations.undo import Undone
from closum.settings import load
from closum.store.background import Job, Key
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit

OWNER = "command"
SIZE = 200
"""Changes that a step undoes."""


@click.command()
@click.argument("operation", type=Number(MAX_ID))
@account_option
@flag("dry-run", help="Show what would be undone and what would be left; change nothing.")
@database
def undo(operation: int, account: str | None, dry_run: bool, database: str | None) -> None:
    """Undo an OPERATION: what one call, command or background work did to leads, e-mail addresses and phone numbers.

    The number is in the header X-Operation of the call, and in `closum lead history`. What was changed since stays as it is,
    and is named. An undo is an operation too: undo it to do again what it undid.
    """
    kept_days = kept.days(load({"database": database}).history_days)
    with open_session(database) as session:
        with session.read() as unit:
            owner = users.account_named(unit, account)
            if dry_run:
                found = refusing(undoing.preview, unit.of(owner.id), operation, kept_days, {})
                _tell(found, "would be undone", "would stay")
                return
        with session.write(owner.id) as unit:
            done = refusing(undoing.begin, unit, operation, kept_days, {})
            if isinstance(done, Job):
                _turn(unit, done)
        if isinstance(done, Undone):
            _tell(undoing.shown(done), "undone", "stays")
        else:
            _tell_work(*_finish(session, owner, done, kept_days))


def refusing(function: Callable[..., Any], *args: Any) -> Any:
    """What a function gives. Raises Refusal for what it refuses of an operation."""
    try:
        return function(*args)
    except Invalid as invalid:
        raise Refusal("; ".join(messages(invalid.faults))) from None
    except WorkRunning as running:
        raise Refusal(
            f"Background work {running.job} has not ended: wait until 'closum job list' says so"
        ) from None


def messages(faults: Faults) -> Iterator[str]:
    """Every message in the faults."""
    for one in faults.values():
        yield from [one] if isinstance(one, str) else messages(one)


def _turn(unit: Unit, job: Job) -> bool:
    """One step; whether there are more."""
    key = Key(unit.account_id, job.kind, job.number)
    taken = runner.turn(unit, undoing.kind(), key, OWNER, SIZE)
    return taken is not None and taken.left is not None


def _finish(
    session: Session, owner: Account, job: Job, kept_days: int
) -> tuple[dict[str, Any], dict[str, int]]:
    """Do the work that has begun; where this is interrupted, a server goes on. The job, and how many records of each
    resource were undone."""
    with session.read() as unit:
        total = sum(_counts(unit.of(owner.id), job.number, kept_days).values()) or None
    with progress("Undoing", "changes") as report:
        session.write_steps(_steps(job, total, report), owner.id)
    with session.read() as unit:
        done = jobs.retrieve(unit.of(owner.id), jobs.job_id(job.kind, job.number))
        return done, _counts(unit.of(owner.id), done["operation"], kept_days) if done["operation"] else {}


def _counts(unit: Unit, operation: int, kept_days: int) -> dict[str, int]:
    """How many records of each resource an operation changed, where somebody has counted them."""
    counts = performed.retrieve(unit, operation, kept_days)["counts"] or {}
    return {resource: sum(verbs.values()) for resource, verbs in counts.items()}


def _steps(job: Job, total: int | None, report: Report) -> Iterator[Callable[[Unit], object]]:
    more, done = True, 0

    def step(unit: Unit) -> None:
        nonlocal more, done
        more, done = _turn(unit, job), done + SIZE
        report(min(done, total or done), total)

    while more:
        yield step


def _tell_work(job: dict[str, Any], counts: dict[str, int]) -> None:
    if job["state"] != "done":
        click.echo(
            f"A server goes on with it: 'closum job list' shows how far it is ({job['done']} of {job['total']})."
        )
        return
    undone = ", ".join(number(count, resource) for resource, count in sorted(counts.items()))
    click.echo(f"Operation {job['operation']}: {undone or 'nothing'} undone, {job['left_count']} left.")
    _tell_left(job["left"], "stays")


def _tell(found: dict[str, Any], undone: str, stays: str) -> None:
    if found["operation"]:
        click.echo(f"Operation {found['operation']}:")
    counts = Counter(one["resource"] for one in found["undone"])
    for resource, count in sorted(counts.items()):
        click.echo(f"{number(count, resource)} {undone}.")
    if not counts:
        click.echo(f"Nothing {undone}.")
    if found["undone_count"] is None:
        click.echo(f"These are of the last {undoing.MOST_SHOWN:,} changes: there are more.")
    _tell_left(found["left"], stays)


def _tell_left(left: list[dict[str, Any]], stays: str) -> None:
    for one in left:
        names = f" ({', '.join(one['properties'])})" if one["properties"] else ""
        counts = [number(count, resource) for resource, count in one.get("belonging", {}).items()]
        belonging = f" ({', '.join(counts)})" if counts else ""
        click.echo(f"{one['resource']} {one['id']}{names} {stays}: {one['reason']}{belonging}")
