"""docs/guide/privacy.md, from the first command to the last, with a backup from before and a restore."""

import json
import re
import shlex
from pathlib import Path

from closum.accounts import users
from closum.store.sqlite.session import SQLiteSession
from tests.support.people import ANA, PHONE_OF_ANA, counts, told
from tests.support.server import closum
from tests.support.writing import filled

GUIDE = (Path(__file__).parents[2] / "docs/guide/privacy.md").read_text(encoding="utf-8")
NOTED = "/var/lib/closum/erased"


def commands() -> list[list[str]]:
    """What the blocks of the guide call, without the name of the command."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
    words = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert all(one[0] == "closum" for one in words)
    return [[word.replace(NOTED, "erased") for word in one[1:]] for one in words]


def test_the_runbook_does_what_it_says(tmp_path: Path) -> None:
    show, dry_run, erase, verify, again = commands()
    person = ANA | {"name": "Ana", "phone": PHONE_OF_ANA}
    with SQLiteSession(tmp_path / "closum.db", create=True) as session:
        with session.write() as unit:
            account = users.add_account(unit, "My company")
        filled(session, account, person, {"name": "Rui"})
    assert closum("backup", "old.bak", folder=tmp_path).returncode == 0
    assert closum(*show, folder=tmp_path).returncode == 0
    found = json.loads((tmp_path / "ana.json").read_text(encoding="utf-8"))
    assert [lead["name"] for lead in found["leads"]] == ["Ana"]
    assert closum(*dry_run, folder=tmp_path).returncode == 0
    assert closum(*verify, folder=tmp_path).returncode == 0  # nothing is erased yet
    done = closum(*erase, "--yes", folder=tmp_path)
    assert done.stdout.startswith("Erased 1 lead and 2 ")
    assert f"\n  {tmp_path}/old.bak\n" in done.stdout
    assert closum(*verify, folder=tmp_path).returncode == 1
    restored = closum("restore", "--overwrite", "old.bak", folder=tmp_path)
    assert "'closum person erase --from FILE'" in restored.stdout
    assert closum(*verify, folder=tmp_path).returncode == 0  # back again
    assert closum(*again, "--yes", folder=tmp_path).stdout.startswith("Erased 1 lead and 2 ")
    assert closum(*verify, folder=tmp_path).returncode == 1
    assert told(closum(*again, folder=tmp_path).stdout).startswith("Nobody who was erased before is there.")
    with SQLiteSession(tmp_path / "closum.db") as session:
        assert counts(session, account.id) == {"lead": 1, "email": 0, "phone": 0}
    assert closum("check", folder=tmp_path).returncode == 0
