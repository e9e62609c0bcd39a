"""Where a list is read: on the event loop, or in a thread from the start. And what a handler writes through."""

import ast
import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.http import request
from closum.operations import records
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine
from tests.support.inprocess import Clock, built, running


def test_a_list_that_may_take_long_is_read_in_a_thread(
    session: Session, account: Account, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, threads, page = Clock(), list[threading.Thread](), records.page

    def noted(*args: Any) -> Any:
        threads.append(threading.current_thread())
        return page(*args)

    monkeypatch.setattr(records, "page", noted)
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "none")
    url = engine.current.url(folder)
    token = Tokens(signing_key(None, url)).issue(user_id, unit.now, int(clock()))

    async def scenario() -> None:
        async with running(built(url, clock)) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            for limit in (200, 201):
                assert (await client.get(f"/api/lead?limit={limit}")).status_code == 200

    asyncio.run(scenario())
    quick, long = dict.fromkeys(threads)
    if engine.current.name == "sqlite":
        assert quick is threading.main_thread()
    assert long.name.startswith("closum-reader")


def test_handlers_write_through_the_request_alone() -> None:
    """So a new POST is carried out once for each Idempotency-Key, without a line of its own; and a form writes as its page says."""
    source = Path(request.__file__).parents[1]
    files = [file for package in ("api", "web") for file in (source / package).rglob("*.py")]
    assert len(files) > 10
    writes = [
        f"{file.name}:{node.lineno}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("write", "write_set")
        if ast.unparse(node.value).endswith("db")
    ]
    assert {one.partition(":")[0] for one in writes} == OF_SESSIONS


OF_SESSIONS = {"entry.py", "gate.py", "page.py"}
"""Files of the pages: what begins and ends sessions, and what all forms write through."""
