"""The statements on cities, which all accounts share."""

from collections.abc import Iterable

from closum.model.relations import Row
from closum.model.resource import Resource
from closum.store.unit import Unit


def are_missing(unit: Unit) -> bool:
    """Whether there is no city at all."""
    return unit.one("SELECT 1 FROM city LIMIT 1") is None


def names(unit: Unit) -> list[tuple[int, str]]:
    """The id and the name of every city, in the order of ids."""
    return [(row[0], row[1]) for row in unit.all("SELECT id, city_name FROM city ORDER BY id")]


def put(unit: Unit, city: Resource, rows: Iterable[Row], added: int) -> None:
    """Add cities, or rename those whose id is known; `added` says how many are new."""
    columns = city.columns
    renamed = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "id")
    unit.run_many(
        f"INSERT INTO city ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        f" ON CONFLICT (id) DO UPDATE SET {renamed}",
        [tuple(row[column] for column in columns) for row in rows],
    )
    unit.run(
        "INSERT INTO city_tally (resource, count) VALUES (?, ?)"
        " ON CONFLICT (resource) DO UPDATE SET count = city_tally.count + excluded.count",
        (city.name, added),
    )
