"""Backups with their date in the name."""

from pathlib import Path

import pytest

from closum.store import rotation
from closum.store.sqlite import copies

NEWEST = "closum-20260401T031500Z.db"


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("closum-20260302T031500Z.db", True),  # 30 days to the second
        ("closum-20260302T031459Z.db", False),
        ("closum-20260302T031459Z.db.key", False),
        ("closum-20260302T031459Z.db.partial", False),
        ("closum-20260302T031459Z.db-journal", False),
        ("closum-20260501T031500Z.db", True),
        ("closum-2-20200101T000000Z.db", True),
        ("other-20200101T000000Z.db", True),
        ("closum-20200101.db", True),
        ("closum.db", True),
        ("closum-20200101T000000Z.dbx", True),
        ("my-closum-20200101T000000Z.db", True),
    ],
)
def test_only_older_backups_of_the_same_database_go(tmp_path: Path, name: str, stays: bool) -> None:
    for one in (NEWEST, name):
        (tmp_path / one).touch()
    (tmp_path / "closum-20190101T000000Z.db").mkdir()
    assert rotation.remove_older(tmp_path / NEWEST, 30) == (0 if stays or not name.endswith(".db") else 1)
    assert (tmp_path / name).exists() is stays
    assert (tmp_path / NEWEST).exists()


def test_the_name_has_the_date(tmp_path: Path) -> None:
    assert rotation.dated(tmp_path, Path("/x/closum.db"), "20260401T031500Z") == tmp_path / NEWEST


def test_copies_beside_a_database_and_noted_ones_are_known(tmp_path: Path) -> None:
    database = tmp_path / "closum.db"
    beside = [
        "closum.db.before-0008",
        "closum.db.replaced-20260101T000000Z",
        "closum.db.saved-20260101T000000Z",
    ]
    for name in (*beside, "closum.db", "closum.db.key", "closum.db.replaced-20260101T000000Z.key", "x.db"):
        (tmp_path / name).touch()
    (tmp_path / "a\nb").mkdir()
    gone, there = tmp_path / "gone.db", tmp_path / "there.db"
    for one in (gone, there):
        one.touch()
        copies.note(database, one)
    copies.note(database, there)
    gone.unlink()
    assert copies.known(database) == [*(tmp_path / name for name in beside), there]
    copies.note(database, tmp_path / "x.db")
    assert (tmp_path / "closum.db.backups").read_text().splitlines() == [str(there), str(tmp_path / "x.db")]
    assert copies.known(tmp_path / "other.db") == []
