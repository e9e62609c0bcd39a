"""The statements on cities, which all accounts share."""

from collections.abc import Iterable

from closum.model.resource import Resource, Row
from closum.store.unit import Unit


def names(unit: Unit) -> dict[int, str]:
    """Every city's name by its id."""
    return {row[0]: row[1] for row in unit.all("SELECT id, city_name FROM city")}


def put(unit: Unit, city: Resource, rows: Iterable[Row]) -> None:
    """Add cities, or rename those whose id is known, and count them."""
    columns = city.columns
    renamed = ", ".join(f"{column} = excluded.{column}" for column in columns if column != "id")
    unit.run_many(
        f"INSERT INTO city ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        f" ON CONFLICT (id) DO UPDATE SET {renamed}",
        [tuple(row[column] for column in columns) for row in rows],
    )
    unit.run(
        "INSERT INTO city_tally (resource, count) SELECT ?, COUNT(*) FROM city WHERE 1 = 1"
        " ON CONFLICT (resource) DO UPDATE SET count = excluded.count",
        (city.name,),
    )
