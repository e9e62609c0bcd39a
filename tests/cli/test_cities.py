"""closum city load."""

from pathlib import Path

import pytest

from closum.store.session import Session
from tests.cli.conftest import Command


@pytest.fixture
def city_file(folder: Path, session: Session) -> Path:
    return folder / "cities.csv"


def city_names(session: Session) -> dict[int, str]:
    with session.read() as unit:
        return dict(unit.all("SELECT id, city_name FROM city"))


def test_city_load_adds_and_renames_by_id_and_removes_none(
    command: Command, session: Session, city_file: Path
) -> None:
    city_file.write_text('\ufeffcity_name,id,more\n"Porto, o",1,x\n Nova ,400,\nAbrantes,213,\n')
    done = command("city", "load", "cities.csv")
    assert (done.stdout, done.stderr) == ("1 added, 1 renamed, 1 unchanged.\n", "")
    names = city_names(session)
    assert (len(names), names[1], names[213], names[400]) == (309, "Porto, o", "Abrantes", "Nova")
    assert command("city", "load", "cities.csv").stdout == "0 added, 0 renamed, 3 unchanged.\n"
    assert command("check").returncode == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "needs the columns id and city_name"),
        (b"id,name\n1,x\n", "needs the columns id and city_name"),
        (b"id,city_name\n", "has no cities"),
        (b"id,city_name\n1,a\n0,b\n", "line 3: '0' is not an id"),
        (b"id,city_name\n-1,b\n", "'-1' is not an id"),
        (b"id,city_name\n9223372036854775808,b\n", "is not an id"),
        (b"id,city_name\n000000000000000000019223372036854775808,b\n", "is not an id"),
        (b"id,city_name\n" + b"9" * 5_000 + b",b\n", "is not an id"),
        ("id,city_name\n٣,b\n".encode(), "is not an id"),
        (b"id,city_name\n1\n", "line 2: the city has no name"),
        (b"id,city_name\n1, \n", "line 2: the city has no name"),
        (b"id,city_name\n1,a\n1,b\n", "line 3: the id 1 occurs twice"),
        (b"id,city_name\n1," + b"x" * 256 + b"\n", "too long"),
        (b"id,city_name\n1,\xe9\n", "is not UTF-8"),
        (b'id,city_name\n1,"a"b\n', "line 2: "),
    ],
)
def test_a_city_file_that_cannot_be_taken_changes_nothing(
    command: Command, session: Session, city_file: Path, text: bytes, words: str
) -> None:
    before = city_names(session)
    city_file.write_bytes(text)
    done = command("city", "load", "cities.csv")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert words in done.stderr
    assert city_names(session) == before


def test_the_cities_of_a_new_database_are_those_of_the_project(session: Session) -> None:
    names = city_names(session)
    assert (len(names), names[213]) == (308, "Abrantes")
