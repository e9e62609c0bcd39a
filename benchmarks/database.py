"""PostgreSQL for the benchmarks, and loops that do at the database what a request does there."""

import contextlib
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from closum.model.query import Query
from closum.resources.lead import LEAD
from closum.store import pages, statements
from tests.support import postgres
from tests.support.distribution import Distribution

THREADS = (2, 4, 8)  # the best of them counts
SETTINGS = "shared_buffers = 512MB\nmax_connections = 200\nmax_wal_size = 4GB\n"

# A lead with its address and its number, as closum writes them but for the counters.
_INSERTS = """
\\set n random(1, 1000000000000)
BEGIN;
INSERT INTO email (account_id, id, email, status, register_date, email_key, email_sort, version, modified)
VALUES ({account}, :n, 'a' || :n || '@example.com', 1, '2026-01-01T00:00:00+00:00', 'a' || :n || '@example.com',
        'a' || :n || '@example.com', 1, '2026-01-01T00:00:00+00:00');
INSERT INTO phone (account_id, id, extension, number, date_add, number_key, is_valid, number_sort, version, modified)
VALUES ({account}, :n, '351', '9' || :n, '2026-01-01T00:00:00+00:00', '9' || :n, 1, '9' || :n, 1,
        '2026-01-01T00:00:00+00:00');
INSERT INTO lead (account_id, id, name, creation_date, name_sort, email_id, email_email, email_email_sort, phone_id,
                  phone_extension, phone_number, phone_number_sort, version, modified)
VALUES ({account}, :n, 'lead ' || :n, '2026-01-01T00:00:00+00:00', 'lead ' || :n, :n, 'a' || :n || '@example.com',
        'a' || :n || '@example.com', :n, '351', '9' || :n, '9' || :n, 1, '2026-01-01T00:00:00+00:00');
COMMIT;
"""


@contextlib.contextmanager
def cluster(programs: Path | None = None) -> Iterator[str]:
    """A server of PostgreSQL as it comes, but for memory; the URL of a new database on it.

    It is the wheel's, or that of a distribution whose programs are in a folder.
    """
    one = Distribution(programs, SETTINGS) if programs else postgres.Cluster(settings=SETTINGS)
    try:
        yield postgres.new_database(one.url)
    finally:
        one.remove()


@contextlib.contextmanager
def kept(folder: Path, core: int | None = None) -> Iterator[postgres.Cluster]:
    """The wheel's server as it comes, but for memory, over a folder that stays; on one core."""
    folder.mkdir(parents=True, exist_ok=True)
    one = postgres.Cluster(settings=SETTINGS, folder=folder)
    try:
        if core is not None:
            one.pin(core)
        yield one
    finally:
        one.stop()


def create(server: str, name: str, template: str = "template1") -> None:
    """A new database on a server, a copy of another one."""
    with psycopg.connect(server, autocommit=True) as connection:
        new, old = Identifier(name), Identifier(template)
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(new, old))


def version(programs: Path | None = None) -> str:
    command = str(programs / "postgres") if programs else postgres.binary("postgres")
    return subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.strip()


def analyze(url: str) -> None:
    """What a database does by itself after a while: gather statistics, clean up, write to the disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def bytes_per_lead(url: str) -> int:
    """What a lead takes with its address, its number and all indexes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        row = connection.execute(
            "SELECT SUM(pg_total_relation_size(name::regclass))::bigint / (SELECT COUNT(*) FROM lead)"
            " FROM (VALUES ('lead'), ('email'), ('phone')) AS tables (name)"
        ).fetchone()
    assert row
    return int(row[0])


def loop_record(url: str, account_id: int, count: int, seconds: float) -> float:
    """Leads by id a second, with psycopg in threads."""
    sql, _ = statements.select_record(LEAD)
    return _best(url, sql, lambda number: (account_id, number * 7_919 % count + 1), seconds)


def loop_page(url: str, account_id: int, seconds: float) -> float:
    """Pages of 25 with their count a second, with psycopg in threads."""
    sql, values = next(pages.statements(LEAD, Query("id"), account_id, "postgres"))
    return _best(url, sql, lambda number: values, seconds)


def pgbench(url: str, account_id: int, clients: int, seconds: float) -> float:
    """Transactions a second that each insert a lead with its address and its number."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_INSERTS.format(account=account_id))
        script.flush()
        done = subprocess.run(
            [
                postgres.binary("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "1",
                "-T", str(max(1, round(seconds))), "-f", script.name, url,
            ],
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
    if "number of failed transactions: 0 " not in done.stdout:
        raise RuntimeError(done.stdout)
    found = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
    assert found
    return float(found[1])


def _best(url: str, sql: str, values: Callable[[int], tuple[Any, ...]], seconds: float) -> float:
    return max(
        _loop(url, sql.replace("?", "%s"), values, seconds / len(THREADS), number) for number in THREADS
    )


def _loop(
    url: str, sql: str, values: Callable[[int], tuple[Any, ...]], seconds: float, threads: int
) -> float:
    counts, stop = [0] * threads, threading.Event()

    def run(place: int) -> None:
        with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
            while not stop.is_set():
                if not connection.execute(sql, values(counts[place])).fetchall():
                    raise AssertionError("nothing found")
                counts[place] += 1

    running = [threading.Thread(target=run, args=(place,)) for place in range(threads)]
    for thread in running:
        thread.start()
    time.sleep(0.2)
    before, begun = sum(counts), time.monotonic()
    time.sleep(seconds)
    done, took = sum(counts) - before, time.monotonic() - begun
    stop.set()
    for thread in running:
        thread.join()
    return done / took
