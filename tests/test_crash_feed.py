"""A reader of the feed beside eight writers, all of them killed at random: it has every change once, in its order."""

import json
import random
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from closum.operations import feed
from closum.resources.lead import LEAD
from closum.store import history, integrity
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine, killed
from tests.support.killed import SET, kill

WRITERS = 8
ROUNDS = 3  # of each writer
LONGEST = 0.3  # seconds that a process works at most after the first time
MOST = 7
"""Changes at a time: pages end in the middle of operations."""

Seen = list[tuple[int, str, int, str]]


def read_on(kept: Path, session: Session, account_id: int) -> bool:
    """Keep the changes that follow those that are kept, and in the same line the position behind them; False when there
    are none.
    """
    text = kept.read_text()
    whole = text[: text.rfind("\n") + 1]  # what is behind it was written by one that has been killed
    since = json.loads(whole.rsplit("\n", 2)[-2])["next"] if whole else ""
    with session.read() as unit:
        found, after, _ = feed.read(unit.of(account_id), since, MOST)
    if found:
        with kept.open("r+") as file:
            file.truncate(len(whole))
            file.seek(len(whole))
            file.write(json.dumps({"changes": found, "next": after}) + "\n")
    return bool(found)


def pages(kept: Path) -> list[list[dict[str, Any]]]:
    text = kept.read_text()
    return [json.loads(line)["changes"] for line in text[: text.rfind("\n") + 1].splitlines()]


def whole(session: Session, account: Account) -> Seen:
    with session.read() as unit:
        found = history.since(unit.of(account.id), 0, 1_000_000)
    return [(one.operation, one.resource, one.id, one.verb) for one in found]


def writers(threads: ThreadPoolExecutor, url: str, account: Account) -> list[Future[None]]:
    chance = random.Random(20_180_104)
    times = [chance.uniform(0, LONGEST) for _ in range(WRITERS * ROUNDS)]
    return [threads.submit(kill, killed.write, url, account.id, one) for one in times]


def test_a_reader_beside_writers_that_are_killed(session: Session, account: Account, folder: Path) -> None:
    url, chance, kept = engine.current.url(folder), random.Random(7), folder / "kept.jsonl"
    kept.touch()
    kill(killed.write, url, account.id, 0)  # so that there is something to read from the start
    with ThreadPoolExecutor(WRITERS) as threads:
        runs = writers(threads, url, account)
        while True:
            kill(partial(read_on, kept), url, account.id, chance.uniform(0, LONGEST))
            if all(run.done() for run in runs):
                break
        assert pages(kept)
        for run in runs:
            run.result()
    while read_on(kept, session, account.id):
        pass
    seen = [one for page in pages(kept) for one in page]
    assert [(one["operation"], one["resource"], one["id"], one["verb"]) for one in seen] == whole(
        session, account
    )
    made = [one["id"] for one in seen if (one["resource"], one["verb"]) == ("lead", "create")]
    with session.read() as unit:
        assert len(set(made)) == len(made) == integrity.count(unit.of(account.id), LEAD)
    assert len(made) >= SET * WRITERS * ROUNDS
