"""Leads that look alike: the processor's time for all leads of an account, and the time until those of new leads are found.

It works on a database of its own, which stays in the folder for the next time.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import machine
from benchmarks.data import ROOT, Data, fill, url_of
from closum.model import draft
from closum.operations import duplicate_search, records, runner
from closum.operations.runner import Runner
from closum.resources.lead import LEAD
from closum.store import duplicate_place
from closum.store import duplicates as store
from closum.store.database import Database
from closum.store.opening import open_database
from closum.store.unit import Unit

NEW = 20  # leads, one after the other


def main() -> None:
    options = _options()
    file: Path = options.folder.resolve() / f"duplicates-{options.leads}.db"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        machine.say(f"making {options.leads:,} leads")
        fill(url_of(file), Data({"alike": [options.leads]}))
    found = asyncio.run(_measured(url_of(file), 1))
    machine.say(json.dumps(found | {"leads": options.leads, "processor": machine.processor()}, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".cache/benchmarks", help="a folder for large data"
    )
    return parser.parse_args()


async def _measured(url: str, account_id: int) -> dict[str, Any]:
    runner.PAUSES = 0  # they cost no processor
    db = await open_database(url, time.time, 6)
    try:
        await db.write(account_id, _forget)
        full = await _processor(lambda: Runner(db, [duplicate_search.kind()]).work())
        count = await db.read(store.count, account_id=account_id)
        new = [await _processor(lambda: _add_and_find(db, account_id)) for _ in range(NEW)]
    finally:
        await db.close()
    return {"full_seconds": round(full, 1), "found": count, "new_ms": round(median(new) * 1_000, 1)}


def _forget(unit: Unit) -> None:
    """Have all leads looked through."""
    duplicate_place.set_place(unit, duplicate_place.place(unit)._replace(rules=0, walk=None))


async def _add_and_find(db: Database, account_id: int) -> None:
    await db.write(account_id, records.create_many, LEAD, [draft.parse(LEAD, {"name": "Ana Maria Neves"})])
    await Runner(db, [duplicate_search.kind()]).work()


async def _processor(work: Callable[[], Awaitable[None]]) -> float:
    """Seconds that the processor was busy with it, in all threads."""
    begun = time.process_time()
    await work()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
