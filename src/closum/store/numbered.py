"""The ids that tables give by themselves, which no other row gets again."""

from closum.store.unit import Unit

_NUMBERED = """
SELECT relname::text, pg_get_serial_sequence(quote_ident(relname), attname)
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE attidentity <> '' AND relnamespace = current_schema()::regnamespace
"""


def last_ids(unit: Unit) -> dict[str, int]:
    """The last id given in each table that numbers its rows by itself, also where that row is gone."""
    if unit.engine == "sqlite":
        return {str(name): int(last) for name, last in unit.all("SELECT name, seq FROM sqlite_sequence")}
    found = {}
    for table, sequence in unit.all(_NUMBERED):
        row = unit.one(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")
        found[str(table)] = int(row[0]) if row else 0
    return found


def go_on_after(unit: Unit, last_ids: dict[str, int]) -> None:
    """Ids that the tables give from now on are greater than these, and than those they have."""
    (_go_on_in_sqlite if unit.engine == "sqlite" else _go_on_in_postgres)(unit, last_ids)


def _go_on_in_sqlite(unit: Unit, last_ids: dict[str, int]) -> None:
    for table, last in last_ids.items():
        if not unit.run("UPDATE sqlite_sequence SET seq = MAX(seq, ?) WHERE name = ?", (last, table)):
            unit.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def _go_on_in_postgres(unit: Unit, last_ids: dict[str, int]) -> None:
    for table, sequence in unit.all(_NUMBERED):
        unit.one(
            f"SELECT setval('{sequence}', GREATEST(1, last), last > 0)"
            f" FROM (SELECT GREATEST(?, COALESCE(MAX(id), 0)) AS last FROM {table}) AS found",
            (last_ids.get(table, 0),),
        )
