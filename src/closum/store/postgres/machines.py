"""Machines behind the database, where Citus spreads accounts over several: which of them do not answer.

A machine that is gone without a word costs seconds of the thread that asks for it. So once one is known to be gone,
what lies there is refused at once, and the accounts of the others do not wait for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from closum.errors import Unavailable
from closum.store.pending import PendingCall
from closum.store.postgres.connection import Unreached
from closum.store.unit import Unit

AGAIN = 1.0  # seconds until it is asked again

_MACHINE = """
SELECT nodename || ':' || nodeport FROM pg_dist_shard_placement
WHERE shardid = (SELECT get_shard_id_for_distribution_column('tally', ?))
"""

Read = Callable[..., Awaitable[Any]]

log = logging.getLogger("closum.store")


class Machines:
    """Those that are gone. Used on the event loop alone; costs nothing while there are none."""

    def __init__(self, read: Read, waiting: Collection[PendingCall]) -> None:
        """`read(function, *args)` is done in a thread in which nobody else waits; `waiting` are those that do elsewhere."""
        self._read, self._waiting = read, waiting
        self.gone: set[str] = set()
        self._of: dict[int, str | None] = {}  # by account, while one is gone
        self._suspects: dict[int, asyncio.Task[None]] = {}
        self._watched: set[str] = set()

    async def check(self, account_id: int) -> None:
        """Raises Unavailable for an account that lies on one that is gone."""
        machine = self._of[account_id] if account_id in self._of else await self._machine(account_id)
        if self.gone:
            self._of[account_id] = machine
        if machine in self.gone:
            raise Unavailable

    def suspect(self, account_id: int) -> None:
        """Its machine did not answer a request, and is gone if it does not answer a question of ours either."""
        if account_id not in self._suspects:
            task = asyncio.get_running_loop().create_task(self._look_into(account_id))
            self._suspects[account_id] = task
            task.add_done_callback(lambda _: self._suspects.pop(account_id))

    async def close(self) -> None:
        """Ask no more."""
        tasks = list(self._suspects.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_into(self, account_id: int) -> None:
        machine = await self._machine(account_id)
        if machine is None or machine in self._watched:
            return
        self._watched.add(machine)
        try:
            await self._watch(machine, account_id)
        finally:
            self._watched.discard(machine)
            self.gone.discard(machine)
            if not self.gone:
                self._of.clear()  # accounts may be moved

    async def _watch(self, machine: str, account_id: int) -> None:
        while not await self._answers(machine, account_id):
            if machine not in self.gone:
                self.gone.add(machine)
                log.warning("%s does not answer the database: its accounts are answered 503", machine)
                await self._refuse_waiting()
            await asyncio.sleep(AGAIN)
        if machine in self.gone:
            log.warning("%s answers the database again", machine)

    async def _refuse_waiting(self) -> None:
        for call in list(self._waiting):
            try:
                if call.account_id is not None:
                    await self.check(call.account_id)
            except Unavailable as refusal:
                if call.withdraw():
                    call.complete(refusal)

    async def _answers(self, machine: str, account_id: int) -> bool:
        try:
            await self._read(_look, account_id)
        except Unreached:
            return False
        except Unavailable:  # the database itself: nothing is known, so nothing changes
            return machine not in self.gone
        return True

    async def _machine(self, account_id: int) -> str | None:
        try:
            found: str | None = await self._read(_machine, account_id)
        except Exception:  # it cannot be told: nothing is refused
            return None
        return found


def _look(unit: Unit, account_id: int) -> None:
    unit.one("SELECT 1 FROM tally WHERE account_id = ?", (account_id,))


def _machine(unit: Unit, account_id: int) -> str | None:
    found = unit.one(_MACHINE, (account_id,))
    return str(found[0]) if found else None
