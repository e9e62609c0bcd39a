"""Killed at any moment in the middle of background work, a server has done each step whole or not at all."""

import random
import time
from pathlib import Path

from closum.operations import check, retention
from closum.store import background
from closum.store.background import DONE, RUNNING, Listed
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.past import counted, note
from tests.support.patience import wait_until
from tests.support.server import Server

ROUNDS = 20
OLD, YOUNG = 20_000, 100
"""How many changes are old enough to be removed at the beginning of each round, and how many are not."""
FIRST_YOUNG = 10**12  # the position of the first of the latter
OLD_ONES = f"SELECT COUNT(*), MIN(position), MAX(position) FROM change WHERE account_id = 1 AND position < {FIRST_YOUNG}"
YOUNG_ONES = f"SELECT COUNT(*) FROM change WHERE account_id = 1 AND position >= {FIRST_YOUNG}"


def left(unit: Unit) -> int:
    """How many are still to be removed."""
    (found,) = unit.all(OLD_ONES)
    return int(found[0])


def progress(unit: Unit) -> Listed:
    found = background.found(unit.of(1), retention.NAME)
    assert found
    return found


def top_up(session: Session, added: int) -> int:
    """Old changes, so many that a server is busy with them, which it begins at once; how many were ever added."""
    with session.write(1) as unit:
        missing = OLD - left(unit)
        note(unit, [0] * missing, added + 1)
        background.add(unit, retention.NAME)
        background.hasten(unit, retention.NAME)
        take_over(unit)
    return added + missing


def take_over(unit: Unit) -> None:
    """As if the time had passed after which a killed server is taken for dead."""
    unit.run("UPDATE job SET due = ? WHERE account_id = 1 AND state = ?", (unit.now, RUNNING))


def verify(unit: Unit, added: int, removed: int) -> int:
    """Removed is what was noted so, the oldest, and nothing else; how many were removed in work that has ended."""
    work, (number, *bounds) = progress(unit), *unit.all(OLD_ONES)
    gone = removed + work.done
    assert number == added - gone
    assert bounds == ([gone + 1, added] if number else [None, None])
    assert unit.all(YOUNG_ONES) == [(YOUNG,)]
    assert counted(unit.of(1)) == (number + YOUNG, number + YOUNG)
    # The changes of this test are of no write, so they do not agree with the records.
    found = check.faults(unit, lambda done, total: None)
    assert [one for one in found if "history" not in one and not one.startswith("change ")] == []
    return gone if work.state == DONE else removed


def until_at_it(server: Server) -> None:
    """Until it has removed some."""
    with server.session() as session:
        wait_until(lambda: _left(session) < OLD)


def _left(session: Session) -> int:
    with session.read() as unit:
        return left(unit)


def _has_ended(session: Session) -> bool:
    """All are removed; the state alone is that of earlier work until a server begins."""
    with session.read() as unit:
        return left(unit) == 0 and progress(unit).state == DONE


def test_no_step_is_lost_or_done_twice_after_kill_9(folder: Path) -> None:
    chance, added, removed = random.Random(20_180_101), 0, 0
    with Server(folder) as server:
        server.kill()
        with server.session() as session, session.write(1) as unit:
            note(unit, [unit.now] * YOUNG, FIRST_YOUNG)
        for _ in range(ROUNDS):
            with server.session() as session:
                added = top_up(session, added)
            server.start()
            until_at_it(server)
            time.sleep(chance.uniform(0, 0.2))
            server.kill()
            with server.session() as session, session.read() as unit:
                removed = verify(unit, added, removed)
        with server.session() as session:
            added = top_up(session, added)
        server.start()
        with server.session() as session:
            wait_until(lambda: _has_ended(session))
        assert server.stop() == 0
        with server.session() as session, session.read() as unit:
            assert verify(unit, added, removed) == added
    assert "Traceback" not in server.log.read_text()
