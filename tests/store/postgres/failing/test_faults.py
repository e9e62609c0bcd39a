"""What keeps PostgreSQL from being written or read: how `/ready` and the log tell it, and when it ends."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from closum.errors import Refusal
from closum.store.health import DAMAGED, DISK, FULL, Fault
from closum.store.postgres.faults import CONNECTIONS, GONE, MEMORY, STANDBY, fault_of, probe
from closum.store.postgres.session import PostgresSession
from tests.support.client import Client
from tests.support.disk import Disk, mounted
from tests.support.patience import wait_until
from tests.support.postgres import Cluster
from tests.support.server import Server

PAGE = 8192


def execute(url: str, *statements: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []


def unready(api: Client, fault: Fault) -> None:
    answer = api.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["data"]["message"] == str(fault)


def ready(api: Client) -> bool:
    return api.get("/ready").status_code == 200


def told(server: Server, fault: Fault) -> None:
    """The log has one line when it began and one when it ended; there is no fault of ours."""
    text = server.log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if fault.what in line]
    assert [line["level"] for line in lines] == ["error", "warning"]
    assert str(fault) in lines[0]["event"]
    assert '"fault"' not in text
    assert "Traceback" not in text


def test_a_database_that_only_reads(cluster: Cluster, url: str, served: Server, api: Client) -> None:
    api.new("lead", {"name": "before"})
    execute(cluster.url, "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    try:
        wait_until(lambda: api.post("/api/lead", json={"name": "lost"}).status_code == 503)
        unready(api, STANDBY)
        assert api.get("/api/lead").status_code == 200
    finally:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
            connection.execute("SELECT pg_reload_conf()")
    wait_until(lambda: ready(api))  # though nobody writes
    api.new("lead", {"name": "after"})
    told(served, STANDBY)


def test_it_is_tried_with_a_write(url: str) -> None:
    with PostgresSession(url, create=True) as session:
        with session.write() as unit:
            probe(unit)
        session.connection.execute("SET default_transaction_read_only = on")
        with pytest.raises(Refusal, match="read-only"), session.write() as unit:
            probe(unit)


@contextmanager
def room_elsewhere(cluster: Cluster, url: str) -> Iterator[Disk]:
    """The table of the leads on a small disk of its own."""
    with mounted(cluster.data.parent / "disk") as disk:
        shutil.chown(disk.folder, cluster.data.owner())
        execute(
            url,
            f"CREATE TABLESPACE small LOCATION '{disk.folder}'",
            "ALTER TABLE lead SET TABLESPACE small",
        )
        try:
            yield disk
        finally:
            disk.free()
            execute(url, "ALTER TABLE lead SET TABLESPACE pg_default", "DROP TABLESPACE small")


def test_a_full_disk(cluster: Cluster, url: str, served: Server, api: Client) -> None:
    with room_elsewhere(cluster, url) as disk:
        wait_until(lambda: ready(api))
        disk.fill()
        large = {"name": "large", "custom_data": {"numbers": list(range(10_000))}}
        kept = 0
        while (answer := api.post("/api/lead", json=large)).status_code == 201:
            kept += 1  # in what the table has of free pages
        assert answer.status_code == 503
        unready(api, FULL)
        assert api.get("/api/lead").json()["pagination"]["count"] == kept
        unready(api, FULL)
        disk.free()
        wait_until(lambda: ready(api))
        api.new("lead", large)
        assert api.get("/api/lead").json()["pagination"]["count"] == kept + 1
    told(served, FULL)


def test_a_damaged_page(cluster: Cluster, url: str, served: Server, api: Client) -> None:
    lead = api.new("lead", {"name": "before"})
    found = execute(url, "CHECKPOINT", "SELECT pg_relation_filepath('lead')")[0][0]
    file = cluster.data / found
    cluster.stop()  # so that it is read from the file again
    held = file.read_bytes()
    overwrite(file, b"\xa5" * len(held))
    cluster.start()
    try:
        wait_until(lambda: ready(api))
        assert api.get(f"/api/lead/{lead}").status_code == 503
        for _ in range(2):
            unready(api, DAMAGED)
            assert api.get(f"/api/lead/{lead}").status_code == 503
    finally:
        overwrite(file, held)
    wait_until(lambda: ready(api))
    assert api.data("GET", f"/api/lead/{lead}")["name"] == "before"
    told(served, DAMAGED)


def overwrite(file: Path, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.write(content)


def test_a_database_that_is_gone(cluster: Cluster, served: Server, api: Client) -> None:
    cluster.stop()
    try:
        wait_until(lambda: str(GONE) in api.get("/ready").text)
    finally:
        cluster.start()
    wait_until(lambda: ready(api))


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (errors.DiskFull(), FULL),
        (errors.OutOfMemory(), MEMORY),
        (errors.TooManyConnections(), CONNECTIONS),
        (errors.ReadOnlySqlTransaction(), STANDBY),
        (errors.IoError(), DISK),
        (errors.UndefinedFile(), DAMAGED),
        (errors.DataCorrupted(), DAMAGED),
        (errors.IndexCorrupted(), DAMAGED),
        (errors.UniqueViolation(), None),
        (errors.QueryCanceled(), None),
        (errors.AdminShutdown(), None),
        (psycopg.OperationalError(), None),
        (ZeroDivisionError(), None),
    ],
)
def test_every_kind_of_error_has_its_cause(error: Exception, fault: Fault | None) -> None:
    assert fault_of(error) == fault
