"""The signing key: set, or kept with the database, and never one that others can read or guess."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import keys
from closum.errors import Refusal
from closum.store import keys as kept
from closum.store.opening import open_target
from closum.store.session import Session
from tests.support import engine
from tests.support.engine import ON_SQLITE

KEY = "0123456789abcdef" * 4
WEAK = ["", "short", "a" * 64, "abcdefg" * 10]


@pytest.fixture
def url(session: Session, folder: Path) -> str:
    return engine.current.url(folder)


def test_a_key_is_made_once(url: str) -> None:
    made = keys.signing_key(None, url)
    assert len(made) == 2 * kept.MIN_BYTES
    assert keys.signing_key(None, url) == made
    assert len(set(made)) >= 8


def test_two_databases_have_two_keys(url: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = engine.current.fill(tmp_path / "other")
    assert keys.signing_key(None, url) != keys.signing_key(None, other)


def test_a_key_that_is_set_is_used_and_none_is_kept(url: str, session: Session) -> None:
    assert keys.signing_key(KEY, url) == KEY.encode()
    with session.read() as unit:
        assert session.stored_key(unit) is None


@pytest.mark.parametrize("weak", WEAK)
def test_a_weak_key_is_refused(url: str, session: Session, weak: str) -> None:
    for refuse in (keys.signing_key, keys.refuse_weak_key):
        with pytest.raises(Refusal, match="CLOSUM_SIGNING_KEY is too weak"):
            refuse(weak, url)
    with session.read() as unit:
        assert session.stored_key(unit) is None


@pytest.mark.parametrize("key", ["abcdefgh" * 4, KEY])
def test_32_bytes_of_eight_kinds_are_enough(url: str, key: str) -> None:
    keys.refuse_weak_key(key, url)
    assert keys.signing_key(key, url) == key.encode()


def test_to_look_for_a_weak_key_makes_none(url: str, session: Session) -> None:
    keys.refuse_weak_key(None, url)
    with session.read() as unit:
        assert session.stored_key(unit) is None


def test_a_kept_key_is_the_one_that_signs(url: str, session: Session) -> None:
    with session.write() as unit:
        session.store_key(unit, KEY.encode())
    assert keys.signing_key(None, url) == KEY.encode()
    with session.read() as unit:
        assert session.stored_key(unit) == KEY.encode()


# A file beside SQLite's


@pytest.fixture
def file(url: str, folder: Path) -> Path:
    return kept.key_file(folder / "closum.db")


def directory(path: Path) -> None:
    path.mkdir()


def readable(path: Path) -> None:
    path.write_text(KEY)
    path.chmod(0o640)


def weak(path: Path) -> None:
    path.write_text("a" * 64)
    path.chmod(0o600)


@ON_SQLITE
def test_a_key_file_is_its_owners_alone(url: str, file: Path) -> None:
    made = keys.signing_key(None, url)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == made + b"\n"
    assert kept.has_sound_key(file.with_name("closum.db"))
    assert [one.name for one in file.parent.iterdir() if one.name.endswith(".partial")] == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("make", "told"), [(directory, "not a regular file"), (readable, "chmod 600"), (weak, "too weak")]
)
def test_a_file_that_is_no_key_is_refused_and_stays(
    url: str, file: Path, make: Callable[[Path], Any], told: str
) -> None:
    make(file)
    for refuse in (keys.signing_key, keys.refuse_weak_key):
        with pytest.raises(Refusal, match=told):
            refuse(None, url)
    assert not kept.has_sound_key(file.with_name("closum.db"))
    assert file.exists()


@ON_SQLITE
def test_a_copy_is_its_owners_alone_too(url: str, file: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.key"
    assert not kept.copy_key(file, target)
    assert not target.exists()
    readable(file)  # a backup's may be kept in another way
    assert kept.copy_key(file, target)
    assert (target.read_text().strip(), target.stat().st_mode & 0o777) == (KEY, 0o600)


@ON_SQLITE
def test_another_databases_key_is_not_replaced(url: str, file: Path) -> None:
    kept.refuse_other_key(file, KEY.encode())
    kept.write_key(file, KEY.encode())
    kept.refuse_other_key(file, KEY.encode())
    with pytest.raises(Refusal, match="key of another database"):
        kept.refuse_other_key(file, b"another")


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_key_that_is_no_text_is_refused_before_anything_is_made(url: str) -> None:
    with pytest.raises(Refusal, match="not UTF-8 text, so PostgreSQL cannot store it"):
        open_target(url, key=b"\xff" * 32)
