"""What bounds the writer: the time of a group, the length of a set."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from closum.store import writer
from closum.store.database import Database
from closum.store.unit import Unit
from tests.support.tracing import begun, traced
from tests.support.writing import Run, behind_a_gate


def test_a_group_is_closed_after_10_ms_of_work(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    milliseconds = 0
    monkeypatch.setattr(writer, "time", SimpleNamespace(monotonic=lambda: milliseconds / 1000))

    def taking(length: int) -> Callable[[Unit], int]:
        def write(unit: Unit) -> int:
            nonlocal milliseconds
            milliseconds += length
            return begun(executed)

        return write

    async def scenario(db: Database) -> None:
        executed.clear()
        writes = (db.write(1, taking(length)) for length in (4, 4, 4, 4, 4, 4, 900, 1, 1))
        # The first three share the transaction of the gate, which takes no time.
        assert await behind_a_gate(db, *writes) == [1, 1, 1, 2, 2, 2, 3, 4, 4]

    with traced() as executed:
        run(scenario)


def test_a_set_is_written_a_hundred_at_a_time(run: Run) -> None:
    sizes: list[int] = []

    def written(unit: Unit, items: list[int]) -> list[int]:
        sizes.append(len(items))
        return items

    async def scenario(db: Database) -> None:
        writes = (db.write_set(1, written, item=number) for number in range(250))
        assert await behind_a_gate(db, *writes) == list(range(250))

    run(scenario)
    assert sizes == [100, 100, 50]


def test_a_set_has_the_items_of_one_account_and_one_function(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", 60.0)  # on a busy machine too
    sets: list[tuple[int, str, list[int]]] = []

    def written(unit: Unit, kind: str, items: list[int]) -> list[int]:
        sets.append((unit.account_id, kind, items))
        return items

    async def scenario(db: Database) -> None:
        kinds = [(account_id, kind) for account_id in (1, 3) for kind in "ab"]
        writes = (db.write_set(*kinds[n % 4][:1], written, kinds[n % 4][1], item=n) for n in range(12))
        assert await behind_a_gate(db, *writes) == list(range(12))

    run(scenario)
    assert sets == [(1, "a", [0, 4, 8]), (1, "b", [1, 5, 9]), (3, "a", [2, 6, 10]), (3, "b", [3, 7, 11])]
