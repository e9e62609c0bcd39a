"""closum database copy of a database of the version before, which that version is to go on with."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from closum.store.opening import open_session
from tests.support.before import before
from tests.support.engine import ON_SQLITE

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@ON_SQLITE
def test_a_backup_of_the_version_before_stays_as_it_is(command: Command, tmp_path: Path) -> None:
    source, target = tmp_path / "closum.db.before-0010", tmp_path / "copied.db"
    before(f"sqlite:///{tmp_path}/closum.db", 10, lambda unit: None)
    (tmp_path / "closum.db").rename(source)
    there, content = set(tmp_path.iterdir()), hashlib.sha256(source.read_bytes()).digest()
    done = command(
        "database", "copy", "--from", f"sqlite:///{source}", "--to", f"sqlite:///{target}", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert hashlib.sha256(source.read_bytes()).digest() == content
    assert {file.name for file in set(tmp_path.iterdir()) - there} <= {
        "copied.db", "closum.db.before-0010.backups", "closum.db.before-0010-wal", "closum.db.before-0010-shm"
    }  # fmt: skip
    with open_session(f"sqlite:///{target}") as session, session.read() as unit:
        assert unit.one("SELECT number_key FROM phone WHERE account_id = 1 AND id = 1") == (
            "+351212999001;ext=12",
        )
        assert unit.one("SELECT COUNT(*) FROM lead") == (12,)
