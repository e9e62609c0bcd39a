"""closum database distribute, with a stand-in for Citus that has its rules (`tests/support/citus`)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from closum.store import catalogue, migrate
from closum.store.migrate import Migration
from closum.store.opening import open_session
from tests.cli.conftest import Command
from tests.support import before, engine
from tests.support.moving import Held, fill, held

WITH_EXTENSIONS_ELSEWHERE = 180_000
SCRIPT = Path(__file__).parents[1] / "support" / "citus" / "citus.sql"
REFERENCES = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' ORDER BY 1"

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

Install = Callable[..., None]


@pytest.fixture
def url(folder: Path) -> str:
    """A database without tables."""
    return engine.current.url(folder)


@pytest.fixture
def install(url: str, tmp_path_factory: pytest.TempPathFactory) -> Install:
    """Makes the stand-in available to the database; `created` puts it there, with nodes."""

    def install(version: str = "13.0-1", *, created: bool = True, nodes: int = 2) -> None:
        place = extension(tmp_path_factory.mktemp("citus"), version)
        with psycopg.connect(url, autocommit=True) as connection:
            if connection.info.server_version < WITH_EXTENSIONS_ELSEWHERE:
                pytest.skip("extensions in a folder of their own need PostgreSQL 18")
            name = urlsplit(url).path[1:]
            connection.execute(
                f"ALTER DATABASE {name} SET extension_control_path = '{place}:$system'".encode()
            )
        if created:
            execute(url, "CREATE EXTENSION citus", *["SELECT citus_add_node('node', 5432)"] * nodes)

    return install


def extension(folder: Path, version: str) -> Path:
    """A folder that the server of PostgreSQL, which may be another user's, finds the stand-in in."""
    for one in (folder, *folder.parents[: len(folder.parents) - 2]):
        one.chmod(one.stat().st_mode | 0o055)
    place = folder / "extension"
    place.mkdir(mode=0o755)
    (place / "citus.control").write_text(f"default_version = '{version}'\nrelocatable = true\n")
    (place / f"citus--{version}.sql").write_text(SCRIPT.read_text())
    return folder


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


REAL = migrate.migrations()
NEXT = len(REAL) + 1
NOTE = "CREATE TABLE memo (account_id BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (account_id, id));"
NOTES = """
CREATE TABLE memo (account_id BIGINT NOT NULL, id BIGINT NOT NULL, city_id BIGINT REFERENCES city (id), PRIMARY KEY (account_id, id));
CREATE TABLE user_memo (id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT REFERENCES account (id));
"""
BOTH_KINDS = f"""
ALTER TABLE lead ADD COLUMN rank BIGINT;
ALTER TABLE account ADD COLUMN rank BIGINT;
UPDATE account SET rank = 1;
CREATE INDEX lead_rank ON lead (account_id, rank, id);
{NOTES}
"""

Know = Callable[..., None]


@pytest.fixture
def know(monkeypatch: pytest.MonkeyPatch) -> Know:
    """Makes this program one that knows other migrations."""
    return lambda *known: before.know(monkeypatch, list(known))


def refusal(command: Command, url: str) -> str:
    done = command("database", "distribute", CLOSUM_DATABASE=url)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    return done.stderr


@pytest.fixture(params=["empty", "filled"])
def filled(request: pytest.FixtureRequest, url: str) -> Iterator[Held]:
    """What a database holds that is to be distributed: nothing, not even tables, or records."""
    if request.param == "filled":
        fill(url)
        yield held(url)
    else:
        yield {}


def test_every_table_is_distributed_or_on_every_node(
    command: Command, url: str, install: Install, filled: Held
) -> None:
    install()
    references = rows(url, REFERENCES)
    done = command("database", "distribute", CLOSUM_DATABASE=url)
    assert (done.returncode, done.stderr) == (0, "")
    placed = {name: (kind, group) for name, kind, group in rows(url, PLACED)}
    with open_session(url) as session, session.read() as unit:
        ours = catalogue.tables(unit)
    assert placed == {table.name: ("n", 0) if table.shared else ("h", 1) for table in ours}
    assert {name for (name,) in rows(url, "SELECT logicalrelid::text FROM emptied")} == placed.keys()
    assert len(rows(url, REFERENCES)) >= 4
    if filled:
        assert rows(url, REFERENCES) == references
        assert held(url) == filled
        assert command("check", CLOSUM_DATABASE=url).returncode == 0
    again = command("database", "distribute", CLOSUM_DATABASE=url)
    assert "every table is distributed already" in again.stdout


PLACED = "SELECT logicalrelid::text, partmethod::text, colocationid FROM pg_dist_partition"
KINDS = "SELECT logicalrelid::text, partmethod::text || repmodel::text FROM pg_dist_partition"


def test_a_table_that_is_new_is_taken_the_next_time(
    command: Command, url: str, install: Install, know: Know
) -> None:
    install()
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    know(*REAL, Migration(NEXT, f"{NEXT:04}_note.sql", NOTE))
    done = command("database", "distribute", CLOSUM_DATABASE=url)
    assert "1 tables are distributed by account, 0 are on every node" in done.stdout
    assert ("memo", "h", 1) in rows(url, PLACED)


def test_tables_of_others_are_left_alone(command: Command, url: str, install: Install) -> None:
    """Whatever their names begin with, and whatever their keys are."""
    install()
    execute(
        url,
        "CREATE TABLE summary (id BIGINT PRIMARY KEY)",
        "CREATE TABLE accounting (id BIGINT PRIMARY KEY)",
        "CREATE TABLE city_log (line TEXT)",
        "CREATE TABLE invoice (account_id BIGINT, id BIGINT, PRIMARY KEY (account_id, id))",
    )
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    placed = {name for name, *_ in rows(url, PLACED)}
    assert placed & {"summary", "accounting", "city_log", "invoice"} == set()
    assert {"lead", "account", "schema_version"} <= placed
    assert (
        "every table is distributed already" in command("database", "distribute", CLOSUM_DATABASE=url).stdout
    )


def test_when_a_table_is_refused_nothing_is_distributed(command: Command, url: str, install: Install) -> None:
    fill(url)
    install()
    execute(
        url,
        "CREATE TABLE summary (account_id BIGINT, lead_id BIGINT,"
        " FOREIGN KEY (account_id, lead_id) REFERENCES lead (account_id, id))",
    )
    before = held(url), rows(url, REFERENCES)
    assert 'relation "lead" is in a foreign key with the local table "summary"' in refusal(command, url)
    assert rows(url, PLACED) == []
    assert (held(url), rows(url, REFERENCES)) == before


def test_it_says_what_it_needs(command: Command, url: str, install: Install, tmp_path: Path) -> None:
    assert "has no Citus: it needs Citus 13 on PostgreSQL 15 to 17, or Citus 14 on 16 to 18" in refusal(
        command, url
    )
    install(created=False)
    assert "run 'CREATE EXTENSION citus' in the database of this name on every node" in refusal(command, url)
    execute(url, "CREATE EXTENSION citus")
    assert 'has no nodes: add each with "SELECT citus_add_node(' in refusal(command, url)
    assert "move it with 'closum database copy' first" in refusal(command, f"sqlite:///{tmp_path}/a.db")


def test_an_older_citus_is_refused(command: Command, url: str, install: Install) -> None:
    install("12.1-1")
    assert "has Citus 12.1-1: it needs Citus 13" in refusal(command, url)


def test_an_unfinished_copy_is_not_distributed(command: Command, url: str, install: Install) -> None:
    fill(url)
    install()
    execute(url, "CREATE TABLE schema_copy (source TEXT NOT NULL)")
    assert "holds an unfinished copy" in refusal(command, url)


def test_a_table_that_citus_took_for_a_local_one_is_distributed(
    command: Command, url: str, install: Install, know: Know, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reference to a shared table has put it under the coordinator's own."""
    install()
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    know(*REAL, Migration(NEXT, f"{NEXT:04}_notes.sql", NOTES))
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_BEFORE", {"postgres": ()})
        assert command("check", CLOSUM_DATABASE=url).returncode == 0
    assert {("memo", "ns"), ("user_memo", "ns")} <= set(rows(url, KINDS))
    done = command("database", "distribute", CLOSUM_DATABASE=url)
    assert "1 tables are distributed by account, 1 are on every node" in done.stdout
    assert {("memo", "hs"), ("user_memo", "nt")} <= set(rows(url, KINDS))
    assert (
        "every table is distributed already" in command("database", "distribute", CLOSUM_DATABASE=url).stdout
    )


def test_a_migration_of_shared_and_account_tables_and_then_its_new_tables(
    command: Command, url: str, install: Install, know: Know
) -> None:
    fill(url)
    install()
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    know(*REAL, Migration(NEXT, f"{NEXT:04}_both.sql", BOTH_KINDS))
    assert command("check", CLOSUM_DATABASE=url).returncode == 0
    assert not {"memo", "user_memo"} & {name for name, _ in rows(url, KINDS)}
    done = command("database", "distribute", CLOSUM_DATABASE=url)
    assert "1 tables are distributed by account, 1 are on every node" in done.stdout
    assert {("memo", "hs"), ("user_memo", "nt"), ("lead", "hs"), ("account", "nt")} <= set(rows(url, KINDS))
    assert {"memo_city_id_fkey", "user_memo_account_id_fkey"} <= {name for name, _ in rows(url, REFERENCES)}


@pytest.mark.parametrize("first", range(2, len(REAL)))
def test_a_database_that_was_distributed_by_an_older_version(
    command: Command, url: str, install: Install, know: Know, first: int
) -> None:
    """Its migrations go through, and what they add is distributed then."""
    install()
    know(*REAL[:first])
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    know(*REAL)
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    with open_session(url) as session, session.read() as unit:
        ours = catalogue.tables(unit)
    assert dict(rows(url, KINDS)) == {table.name: "nt" if table.shared else "hs" for table in ours}


def test_without_its_settings_such_a_migration_is_refused(
    command: Command, url: str, install: Install, know: Know, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the stand-in says what Citus says."""
    install()
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    know(*REAL, Migration(NEXT, f"{NEXT:04}_both.sql", BOTH_KINDS))
    monkeypatch.setattr(migrate, "_BEFORE", {"postgres": ()})
    done = command("check", CLOSUM_DATABASE=url)
    assert done.returncode == 1
    assert 'cannot modify table "account" because there was a parallel operation' in done.stderr


def test_a_column_that_numbers_itself_is_refused(command: Command, url: str, install: Install) -> None:
    install()
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    with pytest.raises(psycopg.errors.RaiseException, match="involving identity columns"):
        execute(url, "ALTER TABLE lead ADD COLUMN row BIGINT GENERATED BY DEFAULT AS IDENTITY")


SET = "SELECT nodeid, command FROM node_command ORDER BY 1, 2"


def told(url: str, node: int) -> set[str]:
    """Which settings a node was told; the first is the database itself."""
    if node == 1:
        sql = "SELECT unnest(setconfig) FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()"
        return {setting for (setting,) in rows(url, sql) if not setting.startswith("extension_control_path")}
    commands = [command for nodeid, command in rows(url, SET) if nodeid == node]
    return {command.split(" SET ")[1].replace(" = ", "=").replace("'", "") for command in commands}


def test_every_node_gets_the_settings_of_a_session_new_ones_too(
    command: Command, url: str, install: Install
) -> None:
    """Sessions between the nodes are plain ones: a page would be read whole there, or compiled."""
    install()
    expected = {
        "jit=off",
        "enable_seqscan=off",
        "enable_material=off",
        "enable_sort=off",
        "citus.node_connection_timeout=2s",
    }
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    assert [told(url, node) for node in (1, 2)] == [expected, expected]
    execute(url, "SELECT citus_add_node('new', 5432)")
    done = command("database", "distribute", CLOSUM_DATABASE=url)
    assert "every table is distributed already" in done.stdout
    assert told(url, 3) == expected


def test_a_node_that_does_not_take_them_is_named(command: Command, url: str, install: Install) -> None:
    fill(url)
    install()
    execute(url, "SELECT citus_add_node('gone', 5432)")
    said = refusal(command, url)
    assert "node 3 of pg_dist_node does not take the setting" in said
    assert "failed to connect to gone:5432" in said
    assert rows(url, PLACED) == []


def test_nothing_is_copied_into_a_distributed_database(
    command: Command, url: str, install: Install, tmp_path: Path
) -> None:
    source = f"sqlite:///{tmp_path}/a.db"
    fill(source)
    install()
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    done = command("database", "copy", "--from", source, "--to", url)
    assert done.returncode == 1
    assert (
        "is spread over machines: copy into a database that is not yet, and run 'closum database distribute'"
        in done.stderr
    )
    assert rows(url, "SELECT id FROM account") == []


def test_a_copy_and_then_distribute_is_the_order(
    command: Command, url: str, install: Install, tmp_path: Path
) -> None:
    source = f"sqlite:///{tmp_path}/a.db"
    fill(source)
    install()
    assert command("database", "copy", "--from", source, "--to", url).returncode == 0
    assert command("database", "distribute", CLOSUM_DATABASE=url).returncode == 0
    assert held(url) == held(source)
