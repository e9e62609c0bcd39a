"""Cities from a CSV file with the columns `id` and `city_name`."""

import csv
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from closum.errors import BrokenRule, Refusal
from closum.model.draft import MAX_ID
from closum.resources.city import CITY
from closum.store import cities, ledger, rows
from closum.store.unit import Unit

COLUMNS = ("id", "city_name")
AT_ONCE = 500


class Loaded(NamedTuple):
    added: int
    renamed: int


def seed(unit: Unit) -> None:
    """Give a database without cities the municipalities of Portugal."""
    if cities.are_missing(unit):
        text = (files("closum.resources") / "data" / "municipalities.csv").read_text(encoding="utf-8")
        load(unit, parse(text.splitlines(), "municipalities.csv"))


def load(unit: Unit, names: dict[int, str]) -> Loaded:
    """Add and rename by id; nothing is removed."""
    known = rows.rows_by(unit, CITY, "id", names)
    changed = {
        key: name for key, name in names.items() if key not in known or known[key]["city_name"] != name
    }
    added = len(changed.keys() - known.keys())
    put = [
        {"id": key, "city_name": name, **CITY.derive({"city_name": name})} for key, name in changed.items()
    ]
    cities.put(unit, CITY, put, added)
    return Loaded(added, len(changed) - added)


def steps(names: dict[int, str], report: Callable[[Loaded], None]) -> Iterator[Callable[[Unit], None]]:
    """`load` in small steps, each of which reports what it did."""
    everything = iter(names.items())
    while part := dict(islice(everything, AT_ONCE)):
        yield lambda unit, part=part: report(_noted(unit, load(unit, part)))  # type: ignore[misc]


def _noted(unit: Unit, loaded: Loaded) -> Loaded:
    if any(loaded):
        ledger.add(unit, "cities_loaded", **loaded._asdict())
    return loaded


def read(path: Path) -> dict[int, str]:
    """The cities of a file. Raises Refusal that names the line that cannot be taken."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return parse(file, str(path))
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refusal(f"{path} is not UTF-8: save it as CSV in UTF-8") from None


def parse(lines: Iterable[str], name: str) -> dict[int, str]:
    """Names by id of the lines of a CSV text with a header."""
    reader = csv.DictReader(lines, strict=True)
    try:
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            raise Refusal(f"{name} needs the columns {' and '.join(COLUMNS)} in its first line")
        found: dict[int, str] = {}
        for city_id, city_name in _cities(reader, name):
            if city_id in found:
                raise Refusal(f"{name}, line {reader.line_num}: the id {city_id} occurs twice")
            found[city_id] = city_name
    except csv.Error as error:
        raise Refusal(f"{name}, line {reader.reader.line_num}: {error}") from None
    if not found:
        raise Refusal(f"{name} has no cities")
    return found


def _cities(reader: "csv.DictReader[str]", name: str) -> Iterator[tuple[int, str]]:
    (field,) = CITY.fields
    for row in reader:
        digits, text = (row["id"] or "").strip(), (row["city_name"] or "").strip()
        number = digits.lstrip("0")
        if not (number.isascii() and number.isdigit() and len(number) < 20 and int(number) <= MAX_ID):
            raise Refusal(
                f"{name}, line {reader.line_num}: '{digits[:30]}' is not an id (a whole number from 1 up)"
            )
        try:
            parsed = field.parse(text)
        except BrokenRule as broken:
            raise Refusal(
                f"{name}, line {reader.line_num}: {', '.join(map(str, broken.faults.values()))}"
            ) from None
        if not parsed or "\0" in parsed:
            raise Refusal(f"{name}, line {reader.line_num}: the city has no name")
        yield int(number), parsed
