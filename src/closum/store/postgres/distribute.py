"""Tables spread over machines by the extension Citus: data of accounts by account, shared data on each of them."""

from collections.abc import Sequence
from typing import NamedTuple

from closum.errors import Refusal
from closum.store import catalogue, ledger
from closum.store.catalogue import Table
from closum.store.postgres.connection import INDEXES_ALONE
from closum.store.postgres.references import drop_references
from closum.store.postgres.session import PostgresSession
from closum.store.progress import Progress
from closum.store.unit import Unit

OLDEST = 13
LEADER = "tally"  # every account has rows there; the other tables lie beside them
NEEDED = (
    "Citus 13 on PostgreSQL 15 to 17, or Citus 14 on 16 to 18, in shared_preload_libraries of every node"
    " (docs/guide/distribution.md)"
)

_EXTENSION = "SELECT default_version, installed_version FROM pg_available_extensions WHERE name = 'citus'"
_WORKERS = "SELECT COUNT(*) FROM citus_get_active_worker_nodes()"

# By kind: a table that Citus took for a local one of the coordinator, since it refers to a shared one, is not spread.
_PLACED = """
SELECT CAST(logicalrelid AS TEXT) FROM pg_dist_partition WHERE partmethod = 'h' OR partmethod = 'n' AND repmodel = 't'
"""

SETTINGS = {**INDEXES_ALONE, "jit": "off", "citus.node_connection_timeout": "2s"}
"""Of the database on every node: what a session of closum sets does not reach those between the nodes."""
_EVERYWHERE = "SELECT nodeid, result FROM run_command_on_all_nodes(?, parallel => false)"
_SETTINGS_THERE = """
SELECT array_to_string(setconfig, ',') FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
WHERE datname = current_database() AND setrole = 0
"""
_IS_PLACED = f"SELECT 1 FROM ({_PLACED}) AS placed (name) WHERE to_regclass(name) = to_regclass('{LEADER}')"


def is_spread(unit: Unit) -> bool:
    """Whether the tables of closum are distributed already."""
    if unit.one("SELECT 1 WHERE to_regclass('pg_dist_partition') IS NOT NULL") is None:
        return False
    return unit.one(_IS_PLACED) is not None


class Spread(NamedTuple):
    """How many tables were distributed by account, and how many were put on each node, by this call."""

    distributed: int
    shared: int


def distribute(session: PostgresSession, progress: Progress) -> Spread:
    """Distribute every table that is not distributed yet, all in one transaction, and set SETTINGS on every node.

    Raises Refusal. Rows that stay behind in the coordinator's own tables, which nothing shows any more, are removed.
    """
    with session.setup() as unit:
        _refuse_without_citus(unit, session.name)
        _set_everywhere(unit, session.name)
        placed = {str(name) for (name,) in unit.all(_PLACED)}
        todo = [table for table in catalogue.tables(unit) if table.name not in placed]
        spread = _place(session, unit, todo, progress)
    with session.setup() as unit:
        for table in catalogue.tables(unit):
            unit.one(f"SELECT truncate_local_data_after_distributing_table('{table.name}')")
    with session.write() as unit:
        ledger.add(unit, "database_distributed", **spread._asdict())
    return spread


def _refuse_without_citus(unit: Unit, name: str) -> None:
    found = unit.one(_EXTENSION)
    if found is None:
        raise Refusal(f"{name} has no Citus: it needs {NEEDED}")
    available, installed = found
    if installed is None:
        raise Refusal(
            f"{name} does not use Citus yet: run 'CREATE EXTENSION citus' in the database of this name on every"
            f" node, then add the nodes. It needs {NEEDED}; there is {available}"
        )
    if int(str(installed).split(".")[0]) < OLDEST:
        raise Refusal(f"{name} has Citus {installed}: it needs {NEEDED}")
    workers = unit.one(_WORKERS)
    if not workers or not workers[0]:
        raise Refusal(f"{name} has no nodes: add each with \"SELECT citus_add_node('host', 5432)\" first")


def _set_everywhere(unit: Unit, name: str) -> None:
    """Raises Refusal for a node that does not have the settings then; where Citus passes them on, it may say no."""
    (database,) = unit.one("SELECT quote_ident(current_database())") or ("",)
    said: dict[int, str] = {}
    for setting, value in SETTINGS.items():
        said |= dict(unit.all(_EVERYWHERE, (f"ALTER DATABASE {database} SET {setting} = '{value}'",)))
    wanted = {f"{setting}={value}" for setting, value in SETTINGS.items()}
    for node, found in unit.all(_EVERYWHERE, (_SETTINGS_THERE,)):
        if missing := wanted - set((found or "").split(",")):
            raise Refusal(
                f"{name}: node {node} of pg_dist_node does not take the setting {min(missing)} ({said.get(node)}):"
                f" it has to be up, and the role that connects the owner of {database} there"
            )


def _place(session: PostgresSession, unit: Unit, tables: Sequence[Table], progress: Progress) -> Spread:
    """References are dropped meanwhile: Citus refuses a table that a local one refers to."""
    if not tables:
        return Spread(0, 0)
    # More than one table to a transaction:
    unit.run("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'")
    references = drop_references(session.connection, [table.name for table in tables])
    shared = [table for table in tables if table.shared]
    own = sorted((table for table in tables if not table.shared), key=lambda table: table.name != LEADER)
    with progress("Distributing", "tables") as report:
        for number, table in enumerate((*shared, *own)):
            report(number, len(tables))
            unit.one(_placing(table))
    for reference in references:
        session.connection.execute(reference.encode())
    return Spread(len(own), len(shared))


def _placing(table: Table) -> str:
    if table.shared:
        return f"SELECT create_reference_table('{table.name}')"
    together = "none" if table.name == LEADER else LEADER
    return f"SELECT create_distributed_table('{table.name}', 'account_id', colocate_with => '{together}')"
