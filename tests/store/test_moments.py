"""What a server reads by several statements is of one moment, whoever writes between them."""

import asyncio
from pathlib import Path

import pytest

from closum.resources.lead import LEAD
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.engine import session_of
from tests.support.stored import create
from tests.support.writing import Run, names

each = pytest.mark.parametrize


@each("how", ["long", "short", "stream"])
def test_a_read_sees_one_moment(run: Run, session: Session, account: Account, folder: Path, how: str) -> None:
    added: list[int] = []

    def twice(unit: Unit) -> list[list[str]]:
        before = names(unit)
        if len(added) < 3:
            with session_of(folder) as other, other.write(account.id) as writing:
                added.extend(create(writing, LEAD, [{"name": f"Lead {len(added)}"}]))
        return [before, names(unit)]

    async def scenario(db: Database) -> None:
        for number in range(3):
            if how == "stream":
                found = await db.stream(twice, account_id=account.id)
            else:
                found = await db.read(twice, long=how == "long", one_moment=True, account_id=account.id)
            expected = [f"Lead {one}" for one in range(number)]
            assert found == [expected, expected]
            await asyncio.sleep(0)  # reads of one round of the loop see one moment

    run(scenario)
