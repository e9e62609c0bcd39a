"""How many files of the product a request runs through: what a stranger reads who follows it from its first step."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import closum
from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine
from tests.support.inprocess import Clock, built, running

SOURCE = f"{Path(closum.__file__).parent}/"
OF_VALUES = ("model/", "resources/")
"""What is allowed in a value, and what is derived from it: which of these files run depends on what a body has."""

BODY = {
    "name": "Ana",
    "email": {"email": "ana@example.com"},
    "phone": {"extension": "351", "number": "912341208"},
    "city_id": 213,
}

each = pytest.mark.parametrize


class Followed:
    """The files whose functions run in the block `following`, in any thread that begins in the block `threads`."""

    def __init__(self) -> None:
        self._found: set[str] | None = None

    def _follow(self, frame: FrameType, event: str, _: Any) -> None:
        if self._found is not None and frame.f_code.co_filename.startswith(SOURCE):
            self._found.add(frame.f_code.co_filename.removeprefix(SOURCE))

    @contextmanager
    def threads(self) -> Iterator[None]:
        sys.setprofile(self._follow)
        threading.setprofile(self._follow)
        try:
            yield
        finally:
            threading.setprofile(None)
            sys.setprofile(None)

    @contextmanager
    def following(self) -> Iterator[set[str]]:
        self._found = set()
        try:
            yield self._found
        finally:
            self._found = None


@pytest.fixture
def token(session: Session, account: Account, folder: Path) -> str:
    with session.write() as unit:
        user_id, number = users.add_user(unit, account, "ana@example.com", "none"), unit.now
    return Tokens(signing_key(None, engine.current.url(folder))).issue(user_id, number, int(Clock()()))


def files_of(token: str, folder: Path, *call: Any) -> set[str]:
    """Those of the second call: the first one makes what is kept for the others."""
    method, path, body = call

    async def calls() -> set[str]:
        async with running(built(engine.current.url(folder), Clock())) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            assert (await client.post("/api/lead", json=BODY)).status_code == 201
            await client.request(method, path, json=body)
            with followed.following() as files:
                answer = await client.request(method, path, json=body)
            assert answer.is_success, answer.text
            return files

    followed = Followed()
    with followed.threads():
        return asyncio.run(calls())


@each(
    ("call", "most"),
    [
        (("GET", "/api/lead/1", None), {"sqlite": 9, "postgres": 13}),
        (("POST", "/api/lead", BODY), {"sqlite": 25, "postgres": 28}),
    ],
    ids=["GET", "POST"],
)
def test_few(token: str, folder: Path, call: tuple[Any, ...], most: dict[str, int]) -> None:
    files = {name for name in files_of(token, folder, *call) if not name.startswith(OF_VALUES)}
    assert len(files) <= most[engine.current.name], sorted(files)
    assert {"http/edge.py", "http/router.py", "api/handlers.py", "operations/records.py"} <= files
