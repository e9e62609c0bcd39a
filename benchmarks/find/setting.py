"""The servers of closum on both databases and of PocketBase, over the same leads."""

import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import data as filling
from benchmarks import database, machine, messy
from benchmarks.contestants import closum, pocketbase
from benchmarks.contestants.contestant import Contestant
from benchmarks.data import Data, url_of
from benchmarks.find.scenarios import BEFORE, BEFORE_ON_POSTGRES, ENGINES, ON_POSTGRES
from benchmarks.load import Call, Target
from benchmarks.process import SERVER_CORE, clean_environment
from benchmarks.scenarios import CLOSUM, POCKETBASE
from tests.support import postgres

DATABASE, COPY = "leads", "leads_without"
"""Databases on PostgreSQL."""
CALLS = {
    "find": Call("/api/lead?<query>"),
    "changes": Call("/api/change?limit=100&<query>"),
    "lead 1": Call("/api/lead/1"),
    "create": closum.CALLS["create"],
    "lead": closum.CALLS["lead"],
}
DEPENDS_ON = ("benchmarks/messy.py", "src/closum/store/search.py", "src/closum/model/terms.py")


@dataclass(slots=True)
class Setting:
    leads: int
    contestants: dict[str, Contestant]
    folder: Path
    queries: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Query strings by name and contestant."""
    tags: dict[str, str] = field(default_factory=dict)
    """Of each contestant the `ETag` of lead 1."""

    def target(self, name: str, group: str = "main") -> Target:
        return self.contestants[name].targets[group][0]

    def settle(self, name: str) -> float:
        """Wait until nothing waits for SQLite's index of terms; the seconds of the processor that this takes."""
        process = self.contestants[name].process
        before = process.cpu_seconds()
        if name == CLOSUM:
            _wait(self.folder / CLOSUM / "closum.db")
        return process.cpu_seconds() - before


def _wait(file: Path) -> None:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        while connection.execute("SELECT EXISTS (SELECT 1 FROM lead_pending)").fetchone() != (0,):
            time.sleep(0.05)
    connection.close()


def small(folder: Path, data: Data, stack: ExitStack) -> Setting:
    """Made for the run, since it is written to, with copies for the servers without history and search."""
    _fill(folder, data)
    shutil.copytree(folder / CLOSUM, folder / BEFORE)
    (folder / BEFORE_ON_POSTGRES).mkdir()
    cluster = stack.enter_context(database.kept(folder / "postgres", SERVER_CORE))
    database.create(cluster.url, COPY, DATABASE)
    setting = _started(folder, data, cluster, stack)
    copies = {BEFORE: url_of(folder / BEFORE / "closum.db"), BEFORE_ON_POSTGRES: _url(cluster, COPY)}
    for name, url in copies.items():
        beside = cluster.pid if name == BEFORE_ON_POSTGRES else None
        _add(setting, name, url, data, stack, beside, closum.NEITHER)
    return setting


def large(folder: Path, data: Data, stack: ExitStack) -> Setting:
    """Kept from run to run, since it is only read."""
    mark, digest = folder / "filled", filling.digest(data, DEPENDS_ON)
    if not mark.exists() or mark.read_text(encoding="utf-8") != digest:
        shutil.rmtree(folder, ignore_errors=True)
        machine.say("filling the large data, which takes half an hour and 10 GB; it is kept for the next run")
        _fill(folder, data)
        mark.write_text(digest, encoding="utf-8")
    cluster = stack.enter_context(database.kept(folder / "postgres", SERVER_CORE))
    return _started(folder, data, cluster, stack)


def _fill(folder: Path, data: Data) -> None:
    fill_engines(folder, data)
    machine.say("copying them to PocketBase")
    (folder / POCKETBASE).mkdir()
    pocketbase.fill_to_find(folder / CLOSUM / "closum.db", folder / POCKETBASE)


def fill_engines(folder: Path, data: Data) -> None:
    """The same leads on both databases of closum."""
    file = folder / CLOSUM / "closum.db"
    for name in ENGINES:
        (folder / name).mkdir(parents=True)
    machine.say(f"filling closum with {sum(size for *_, size in data.named()):,} leads")
    messy.fill(url_of(file), data)
    machine.say("copying them to PostgreSQL")
    with database.kept(folder / "postgres") as cluster:
        database.create(cluster.url, DATABASE)
        url = _url(cluster, DATABASE)
        command = [sys.executable, "-m", "closum", "database", "copy", "--from", url_of(file), "--to", url]
        subprocess.run(command, env=clean_environment(), check=True, stdout=subprocess.DEVNULL)
        database.analyze(url)


def start_engines(folder: Path, data: Data, cluster: postgres.Cluster, stack: ExitStack) -> Setting:
    """The servers of closum on both databases."""
    setting = Setting(data.groups["main"][0], {}, folder)
    _add(setting, CLOSUM, url_of(folder / CLOSUM / "closum.db"), data, stack)
    _add(setting, ON_POSTGRES, _url(cluster, DATABASE), data, stack, cluster.pid)
    return setting


def _started(folder: Path, data: Data, cluster: postgres.Cluster, stack: ExitStack) -> Setting:
    setting = start_engines(folder, data, cluster, stack)
    peer = pocketbase.pocketbase(folder / POCKETBASE, data)
    peer.calls = {**peer.calls, "find": Call(f"{pocketbase.LIST}&perPage=25&sort=id&<query>")}
    setting.contestants[POCKETBASE] = peer
    stack.enter_context(peer.process)
    return setting


def _add(
    setting: Setting,
    name: str,
    url: str,
    data: Data,
    stack: ExitStack,
    beside: int | None = None,
    changed: str = "",
) -> None:
    server = stack.enter_context(closum.serve(setting.folder / name, url, changed, beside=beside))
    setting.contestants[name] = one = closum.closum(name, server, data)
    one.calls = CALLS


def _url(cluster: postgres.Cluster, name: str) -> str:
    return postgres.with_database(cluster.url, name)
