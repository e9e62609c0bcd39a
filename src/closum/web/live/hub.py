"""Who listens for the news of which account: while somebody does, each account is looked at every few seconds.

A server looks for itself, so that it hears of what other servers on the same database write.
"""

import asyncio
import logging
import resource
from collections.abc import Sequence

from closum.errors import Unavailable
from closum.store.database import Database
from closum.store.news import NOW, News
from closum.web.live import beside
from closum.web.live.told import Told

BEAT = 2.0  # seconds between two looks, at least
EACH = 0.02  # seconds that each listener adds to it: of many, 50 are told in a second
LONGEST = 10.0
QUIET = 15.0  # seconds without news, after which listeners are told that there is none: proxies end what is silent
AT_ONCE = 20  # listeners that are told before anybody else has a turn

MOST_OF_USER = 12


def most(connections: int) -> int:
    """Listeners of a server process, which leave half of the connections that it may have to others."""
    return 2_000 if connections == resource.RLIM_INFINITY else min(2_000, connections // 2)


MOST = most(resource.getrlimit(resource.RLIMIT_NOFILE)[0])

TOO_MANY = "Too many pages listen for news: they ask for them now and then instead"

log = logging.getLogger("closum.live")


class Listener:
    """One stream. Only what it was told last waits for it: who reads slowly misses nothing, and takes no memory."""

    def __init__(self, account_id: int, user_id: int) -> None:
        self.account_id, self.user_id = account_id, user_id
        self._told: Told | None = None
        self._woken = asyncio.Event()
        self.is_over = False

    def end(self) -> None:
        """Another one takes its place."""
        self.is_over = True
        self._woken.set()

    def tell(self, told: Told) -> None:
        self._told = told
        self._woken.set()

    async def next(self) -> Told | None:
        """What it is told next; there may be nothing new in it. None at the end."""
        await self._woken.wait()
        self._woken.clear()
        return None if self.is_over else self._told


class Account:
    """Those who listen for the news of one account, how far these were told, and when."""

    def __init__(self) -> None:
        self.listeners: dict[Listener, None] = {}  # in their order
        self.position, self.told_at = NOW, 0.0


class Hub:
    """The listeners of a server process."""

    def __init__(self) -> None:
        self._accounts: dict[int, Account] = {}
        self._looking: asyncio.Task[None] | None = None

    @property
    def number(self) -> int:
        """How many listen."""
        return sum(len(one.listeners) for one in self._accounts.values())

    def join(self, db: Database, account_id: int, user_id: int) -> Listener:
        """The oldest of too many of a user ends: a proxy may keep those whose browser has gone. Raises Unavailable where too many
        listen in all."""
        if self.number >= MOST:
            raise Unavailable(TOO_MANY)
        listeners = self._accounts.setdefault(account_id, Account()).listeners
        own = [one for one in listeners if one.user_id == user_id]
        for old in own[: max(0, len(own) + 1 - MOST_OF_USER)]:
            old.end()
        made = Listener(account_id, user_id)
        listeners[made] = None
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(db))
        return made

    def leave(self, listener: Listener) -> None:
        account = self._accounts[listener.account_id]
        del account.listeners[listener]
        if not account.listeners:
            del self._accounts[listener.account_id]
        if not self._accounts and self._looking:
            self._looking.cancel()
            self._looking = None

    async def _look(self, db: Database) -> None:
        while True:
            await asyncio.sleep(min(LONGEST, max(BEAT, EACH * self.number)))
            for account_id, account in [*self._accounts.items()]:
                try:
                    await _look_at(db, account_id, account)
                except Unavailable:
                    pass  # the database says so itself
                except Exception:
                    log.exception("a look for news failed")


async def _look_at(db: Database, account_id: int, account: Account) -> None:
    found: News = await db.read(beside.since, account.position, account_id=account_id)
    now = asyncio.get_running_loop().time()
    if found.since == found.position == account.position and now - account.told_at < QUIET:
        return
    account.position, account.told_at = found.position, now
    await _tell([*account.listeners], Told(found))


async def _tell(listeners: Sequence[Listener], told: Told) -> None:
    """Others have their turn between some of them and the next."""
    for start in range(0, len(listeners), AT_ONCE):
        for one in listeners[start : start + AT_ONCE]:
            one.tell(told)
        await asyncio.sleep(0.005 if start + AT_ONCE < len(listeners) else 0)
