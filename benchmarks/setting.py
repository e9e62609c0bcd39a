"""The servers of all products over one data set, ready for requests."""

import random
import shutil
import urllib.error
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import data as filling
from benchmarks import machine
from benchmarks.contestants import baseline, closum, orm, pocketbase
from benchmarks.contestants.contestant import Contestant
from benchmarks.data import Data, url_of
from benchmarks.load import Measured, Target, Void
from benchmarks.measuring import ONCE
from benchmarks.scenarios import (
    BASELINE,
    CLOSUM,
    DJANGO,
    FASTAPI,
    FIRST,
    FIRST_400,
    LAST,
    NO_GROUPS,
    POCKETBASE,
    Scenario,
)

DURABILITY = {
    CLOSUM: "WAL, synchronous = FULL: an answered write is on the disk",
    NO_GROUPS: "as closum",
    "baseline": "writes as closum",
    POCKETBASE: "WAL, synchronous = NORMAL, as it comes; its log of requests is off",
    FASTAPI: "WAL, synchronous = NORMAL",
    DJANGO: "WAL, synchronous = NORMAL",
}

CHUNK = 16 * 1024 * 1024

Fill = Callable[[Path, Path], None]
FILLS: dict[str, Fill] = {
    POCKETBASE: pocketbase.fill,
    FASTAPI: orm.fill_fastapi,
    DJANGO: orm.fill_django,
}
START = {POCKETBASE: pocketbase.pocketbase, FASTAPI: orm.fastapi, DJANGO: orm.django}


@dataclass(slots=True)
class Setting:
    data: Data
    file: Path
    """closum's database."""
    contestants: dict[str, Contestant]
    folder: Path
    """In which each product has one of its own."""
    kept: bool = False
    """Whether it is there for the next run."""
    loop_file: Path | None = None
    """A copy that the loops write to."""
    probed: dict[tuple[str, str], float | Void] = field(default_factory=dict)

    def warm(self, product: str) -> None:
        """Read the product's files, so that the memory of the machine has them."""
        for file in (self.folder / product).rglob("*.db"):
            with file.open("rb", buffering=0) as source:
                while source.read(CHUNK):
                    pass

    def loop(self, size: int, seconds: float) -> float:
        """Leads a second that a bare loop writes."""
        assert self.loop_file
        return baseline.creates(self.loop_file, self._account("writing").account, size, seconds)

    def _account(self, group: str) -> Target:
        return self.contestants[CLOSUM].targets[group][0]

    def probe(self, contestant: Contestant, scenario: Scenario, kind: str) -> float:
        """About how many milliseconds an answer takes; 0 for a write, which would not be the same one again.

        Raises Void, in every later round too, where there is no answer.
        """
        if scenario.writes:
            return 0
        key = (scenario.name, f"{contestant.name} {kind}")
        found = self.probed.get(key)
        if found is None:
            try:
                found = self.single(contestant, scenario, kind).p50
                if found < ONCE:  # the first may have been to the disk
                    found = self.single(contestant, scenario, kind).p50
            except Void as reason:
                found = reason
            self.probed[key] = found
        if isinstance(found, Void):
            raise found
        return found

    def single(self, contestant: Contestant, scenario: Scenario, kind: str) -> Measured:
        """One request alone. Raises Void."""
        target = contestant.targets[scenario.group][0]
        pages, any_of = -(-target.leads // scenario.size), random.Random().randint  # noqa: S311 - no secret
        values = {
            "page": {FIRST: 1, LAST: pages, FIRST_400: any_of(1, 400)}.get(scenario.page, any_of(1, pages)),
            "size": scenario.size,
            "sort": scenario.sort,
            "id": any_of(1, target.leads),
        }
        try:
            milliseconds = contestant.milliseconds(kind, target, **values)
        except (urllib.error.URLError, TimeoutError) as error:
            raise Void(f"no answer: {error}") from None
        return Measured(1, 1e3 / milliseconds, milliseconds, milliseconds)


def small(folder: Path, data: Data, stack: ExitStack) -> Setting:
    """Made anew, since it is written to."""
    machine.say("filling the small data")
    file = _made(folder, CLOSUM) / "closum.db"
    filling.fill(url_of(file), data)
    alone, loop = _made(folder, NO_GROUPS) / "closum.db", _made(folder, "loop") / "closum.db"
    for copy in (alone, loop):
        shutil.copyfile(file, copy)
    for name, fill in FILLS.items():
        machine.say(f"filling {name}")
        fill(file, _made(folder, name))
    setting = _started(folder, file, data, stack)
    setting.loop_file = loop
    server = stack.enter_context(closum.serve(alone.parent, url_of(alone), closum.ONE_BY_ONE))
    setting.contestants[NO_GROUPS] = closum.closum(NO_GROUPS, server, data)
    setting.contestants[BASELINE] = baseline.reads(file, setting.contestants[CLOSUM])
    stack.enter_context(setting.contestants[BASELINE].process)
    return setting


def large(folder: Path, data: Data, stack: ExitStack) -> Setting:
    """Kept from run to run, since it is only read."""
    mark, digest = folder / "filled", filling.digest(data)
    if not mark.exists() or mark.read_text(encoding="utf-8") != digest:
        shutil.rmtree(folder, ignore_errors=True)
        machine.say("filling the large data, which takes half an hour and 30 GB; it is kept for the next run")
        filling.fill(url_of(_made(folder, CLOSUM) / "closum.db"), data)
        for name, fill in FILLS.items():
            machine.say(f"filling {name}")
            fill(folder / CLOSUM / "closum.db", _made(folder, name))
        mark.write_text(digest, encoding="utf-8")
    setting = _started(folder, folder / CLOSUM / "closum.db", data, stack)
    setting.kept = True
    return setting


def _started(folder: Path, file: Path, data: Data, stack: ExitStack) -> Setting:
    server = stack.enter_context(closum.serve(file.parent, url_of(file)))
    contestants = {CLOSUM: closum.closum(CLOSUM, server, data)}
    for name, start in START.items():
        contestants[name] = start(folder / name, data)
        stack.enter_context(contestants[name].process)
    return Setting(data, file, contestants, folder)


def _made(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir(parents=True)
    return made
