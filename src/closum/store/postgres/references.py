"""Indexes and references that are dropped for the time of other work, and made again as the catalogue had them."""

from collections.abc import Sequence
from typing import Any

import psycopg

_REFERENCES = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conparentid = 0 AND conrelid::regclass::text = ANY(%s) ORDER BY 1, 2
"""

_UNIQUE = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'u' AND conrelid::regclass::text = ANY(%s) ORDER BY 1, 2
"""

_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid::regclass::text = ANY(%s)
AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1
"""

Connection = psycopg.Connection[Any]


def drop_references(connection: Connection, tables: Sequence[str]) -> list[str]:
    """Drop the references of tables to any others; the statements that add them again.

    Run both in one transaction: nothing else knows them.
    """
    return _drop_constraints(connection, _REFERENCES, tables)


def drop_indexes(connection: Connection, tables: Sequence[str]) -> list[str]:
    """Drop the indexes of tables but those of primary keys; the statements that make them again.

    Run both in one transaction, after references to the tables are dropped and before they are added.
    """
    again = _drop_constraints(connection, _UNIQUE, tables)
    for name, definition in connection.execute(_INDEXES, (list(tables),)).fetchall():
        connection.execute(f"DROP INDEX {name}")
        again.append(definition)
    return again


def _drop_constraints(connection: Connection, found: str, tables: Sequence[str]) -> list[str]:
    again = []
    for table, name, definition in connection.execute(found, (list(tables),)).fetchall():
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    return again
