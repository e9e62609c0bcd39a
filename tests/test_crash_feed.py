"""A reader of the feed beside eight writers that are killed: it has every change once, in its order."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from closum.operations import feed
from closum.resources.lead import LEAD
from closum.store import history, integrity
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine, killed
from tests.support.killed import SET, kill

WRITERS = 8
ROUNDS = 3  # of each writer
LONGEST = 0.3  # seconds that a writer works at most after the first time
MOST = 7
"""Changes at a time: pages end in the middle of operations."""

Seen = list[tuple[int, str, int, str]]


def read_on(session: Session, account: Account, since: str) -> tuple[Seen, str]:
    with session.read() as unit:
        found, after, _ = feed.read(unit.of(account.id), since, MOST)
    return [(one["operation"], one["resource"], one["id"], one["verb"]) for one in found], after


def whole(session: Session, account: Account) -> Seen:
    with session.read() as unit:
        found = history.since(unit.of(account.id), 0, 1_000_000)
    return [(one.operation, one.resource, one.id, one.verb) for one in found]


def test_a_reader_beside_writers_that_are_killed(session: Session, account: Account, folder: Path) -> None:
    url, chance = engine.current.url(folder), random.Random(20_180_104)
    seen: Seen = []
    since, beside = "", 0
    with ThreadPoolExecutor(WRITERS) as threads:
        seconds = [chance.uniform(0, LONGEST) for _ in range(WRITERS * ROUNDS)]
        runs = [threads.submit(kill, killed.write, url, account.id, one) for one in seconds]
        while not all(run.done() for run in runs):
            some, since = read_on(session, account, since)
            seen += some
            beside += bool(some)
        for run in runs:
            run.result()
    while True:
        some, after = read_on(session, account, since)
        seen += some
        if after == since:
            break
        since = after
    assert seen == whole(session, account)
    assert beside > 1  # it has read while they wrote
    with session.read() as unit:
        made = [record_id for _, resource, record_id, verb in seen if (resource, verb) == ("lead", "create")]
        assert len(set(made)) == len(made) == integrity.count(unit.of(account.id), LEAD)
    assert len(made) >= SET * WRITERS * ROUNDS
