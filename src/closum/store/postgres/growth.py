"""Telling PostgreSQL's planner how large tables have become, while they are small.

To a planner that knows of less than 300 rows, every index that begins with the account costs the same, and it may look for a
record by reading all of its account in the wrong one. Such a plan, also of the database's own checks of references, is
kept for as long as nothing tells of the table: by itself the database does so once in a minute, if it is not switched off.
From some pages on, an index that reads an account looks dearer in any case.
"""

import time

from closum.store.postgres.unit import PostgresUnit, PreparedConnection

TABLES = (
    "assignment_rule",
    "audience_list",
    "bin",
    "change",
    "consent",
    "contact_lifecycle_stage",
    "contact_type",
    "duplicate",
    "email",
    "idempotency",
    "lead",
    "lead_audience_list",
    "lead_stage",
    "merged",
    "note",
    "phone",
    "task",
    "unqualified_lead",
    "unqualified_lead_consent",
)  # those of an account with indexes among which there is a choice
GROWN = 32  # pages of a primary key, some thousand rows, from which on the planner does not need to be told any more
PAUSE = 0.05  # seconds from one look at the sizes to the next one

# A primary key has as many rows to a page in every table. What this role may not analyze is left out: the database would
# log a warning each time. A table whose rows are on other machines has no pages here.
GROWTH = f"""
SELECT string_agg(replace(CAST(key.relname AS text), '_pkey', ''), ', ') FROM pg_class AS key
WHERE relname IN ({", ".join(f"'{name}_pkey'" for name in TABLES)}) AND relpages < {GROWN}
AND relnamespace = CAST(current_schema() AS regnamespace) AND pg_has_role(relowner, 'USAGE')
AND pg_relation_size(oid) >= (3 + 2 * CAST(relpages AS BIGINT)) * CAST(current_setting('block_size') AS BIGINT)
"""


def is_due(connection: PreparedConnection) -> bool:
    """Whether it is time for another look at the sizes."""
    now = time.monotonic()
    if now - connection.measured < PAUSE:
        return False
    connection.measured = now
    return True


def tell(unit: PostgresUnit, tables: str) -> None:
    """Have the tables analyzed that have grown: every connection plans again what reads them."""
    if tables:
        unit.script(f"ANALYZE {tables}")
