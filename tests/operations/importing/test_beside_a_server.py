"""A command that imports beside a running server."""

from pathlib import Path
from typing import Any

import pytest

from closum.operations.importing import local, work
from closum.operations.importing.files import Files
from closum.store.identity import Account
from closum.store.session import Pace, Session
from tests.support.import_jobs import imported

pytestmark = pytest.mark.slow  # a process reads each file


def test_each_step_is_small(
    session: Session, account: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one too: the writes of the server wait for its end."""
    sizes, prepare = list[int](), work.Preparing.prepare

    def noted(self: work.Preparing, key: Any, claim: Any, size: int) -> Any:
        sizes.append(size)
        return prepare(self, key, claim, size)

    monkeypatch.setattr(work.Preparing, "prepare", noted)
    monkeypatch.setattr(type(session), "pace", lambda self: Pace(0.02, pauses=True))
    content = "\n".join(["Name", *(f"Ana {number}" for number in range(2 * local.SMALL))]).encode()
    imported(session, account.id, Files(folder / "files"), content)
    assert len(sizes) > 2
    assert set(sizes) == {local.SMALL}
