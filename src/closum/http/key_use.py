"""Requests that are signed with an API key: whose they are, and when the key was last used, which is noted behind the answer."""

import asyncio
import contextlib

from closum.accounts import api_keys
from closum.accounts.tokens import Identity
from closum.errors import Unavailable
from closum.store import api_keys as stored
from closum.store.database import Database

MOST_KNOWN = 10_000


class Uses:
    """Which keys were used in the last hour, as far as this server knows; a key's use is noted once in that time."""

    def __init__(self) -> None:
        self._noted: dict[int, float] = {}
        self._tasks = set[asyncio.Task[None]]()

    def note(self, db: Database, key_id: int) -> None:
        """Soon, by a task of its own: no answer waits for it."""
        now = db.clock()
        if now - self._noted.get(key_id, now - stored.HOUR) < stored.HOUR:
            return
        if len(self._noted) >= MOST_KNOWN:
            self._noted.pop(next(iter(self._noted)))
        self._noted[key_id] = now
        task = asyncio.create_task(_write(db, key_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait for what is being noted."""
        await asyncio.gather(*self._tasks)


async def _write(db: Database, key_id: int) -> None:
    with contextlib.suppress(Unavailable):  # what is not noted now is noted after another hour
        await db.write(None, stored.note_use, key_id, background=True)


async def identify(uses: Uses, db: Database, text: str) -> Identity:
    """The identity of a key. Raises Unauthorized for one that is wrong or revoked."""
    claims = api_keys.read(text)
    found = api_keys.identify(await db.identity(-claims.key_id, claims.hash), claims)
    uses.note(db, claims.key_id)
    return found
