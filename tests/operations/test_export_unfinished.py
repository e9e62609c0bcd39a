"""An export that ends in the middle leaves nothing open, and writes nothing more."""

import gc
import sys
from typing import Any

import pytest

from closum.formats.output import Output
from closum.model.query import Query
from closum.operations import exporting
from closum.operations.exporting import FORMATS, Export
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.stored import create


class Full:
    """A disk with room for `room` bytes."""

    def __init__(self, room: int) -> None:
        self._room = room

    def write(self, data: bytes) -> None:
        self._room -= len(data)
        if self._room < 0:
            raise OSError("No space left on device")


@pytest.mark.parametrize("room", [0, 1_200, 3_000])
@pytest.mark.parametrize("format", FORMATS)
def test_nothing_stays_open(
    format: str, room: int, session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session.write() as unit:
        create(unit.of(account.id), LEAD, [{"name": f"{number}: {number**20:x}"} for number in range(100)])
    ignored = list[Any]()
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    disk = Full(room)
    with session.stream() as unit, pytest.raises(OSError, match="No space left"):
        exporting.write(unit.of(account.id), Export(LEAD, Query("id"), format), Output(disk.write))
    gc.collect()
    assert ignored == []
