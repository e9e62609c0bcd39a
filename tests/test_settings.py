"""The table of settings, where values come from, and secrets."""

import os
import stat
from pathlib import Path

import pytest

from closum.accounts.keys import signing_key
from closum.errors import Refusal
from closum.settings import DAY, PREFIX, SETTINGS, Settings, load, unknown_variables
from closum.store.keys import key_file
from closum.store.opening import open_session
from closum.store.place import path_of

KEY = "0123456789abcdef" * 2


def loaded(given: dict[str, str | None] | None = None, **environment: str) -> Settings:
    return load(given or {}, environment)


def test_the_defaults() -> None:
    assert dict(loaded().values) == {
        "database": "sqlite:///closum.db",
        "must_exist": False,
        "host": "127.0.0.1",
        "port": 8000,
        "uds": None,
        "tls_cert": None,
        "tls_key": None,
        "root_path": "",
        "trusted_proxy": (),
        "log_level": "info",
        "cors_origins": (),
        "unknown_parameters": "refuse",
        "spool_folder": None,
        "ledger_days": 400,
        "history_days": 365,
        "files_folder": None,
        "token_lifetime": 7 * DAY,
        "signing_key": None,
        "workers": 1,
        "pool_size": 10,
    }
    assert set(loaded().origins.values()) == {"default"}


def test_an_option_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    settings = loaded({"port": "1", "host": None}, CLOSUM_PORT="2", CLOSUM_HOST="0.0.0.0")
    assert (settings.port, settings.origins["port"]) == (1, "--port")
    assert (settings.host, settings.origins["host"]) == ("0.0.0.0", "CLOSUM_HOST")
    assert loaded({"root_path": "/a"}).origins["root_path"] == "--root-path"


def test_the_environment_of_the_process_is_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOSUM_PORT", "9")
    assert load({}).port == 9


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("PORT", "0", 0),
        ("PORT", "65535", 65535),
        ("LOG_LEVEL", "WARNING", "warning"),
        ("ROOT_PATH", "/crm/", "/crm"),
        ("ROOT_PATH", "/", ""),
        (
            "TRUSTED_PROXY",
            "127.0.0.1, 10.0.0.0/8,2001:db8::/32,unix",
            "127.0.0.1 10.0.0.0/8 2001:db8::/32 unix",
        ),
        ("TRUSTED_PROXY", "", ""),
        (
            "CORS_ORIGINS",
            "https://a.example,http://localhost:3000",
            "https://a.example http://localhost:3000",
        ),
        ("CORS_ORIGINS", "*", "*"),
        ("UNKNOWN_PARAMETERS", "ignore", "ignore"),
        ("UNKNOWN_PARAMETERS", "Refuse", "refuse"),
        ("HISTORY_DAYS", "1", 1),
        ("HISTORY_DAYS", "36500", 36_500),
        ("TOKEN_LIFETIME", "60", 60),
        ("TOKEN_LIFETIME", "604800", 604800),
    ],
)
def test_values_that_are_taken(variable: str, text: str, value: object) -> None:
    parsed = getattr(loaded({}, **{PREFIX + variable: text}), variable.lower())
    assert (" ".join(parsed) if isinstance(parsed, tuple) else parsed) == value


@pytest.mark.parametrize(
    ("variable", "text", "what"),
    [
        ("PORT", "", "a port from 0"),
        ("PORT", "-1", "a port from 0"),
        ("PORT", "65536", "a port from 0"),
        ("PORT", "٣", "a port from 0"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("ROOT_PATH", "crm", "a path such as /crm"),
        ("ROOT_PATH", "/crm?x", "a path such as /crm"),
        ("ROOT_PATH", "/é", "a path such as /crm"),
        ("ROOT_PATH", '/"<', "a path such as /crm"),
        ("ROOT_PATH", "//example.com", "a path such as /crm"),
        ("TRUSTED_PROXY", "*", "addresses or networks"),
        ("TRUSTED_PROXY", "proxy.local", "addresses or networks"),
        ("TRUSTED_PROXY", "127.0.0", "addresses or networks"),
        ("TRUSTED_PROXY", "10.0.0.1/8", "addresses or networks"),
        ("CORS_ORIGINS", "www.example.com", "origins such as https://www.example.com"),
        ("CORS_ORIGINS", "https://a.example/", "origins such as"),
        ("UNKNOWN_PARAMETERS", "yes", "refuse or ignore"),
        ("SPOOL_FOLDER", "/dev/null", "a folder that exists and is writable"),
        ("SPOOL_FOLDER", "/no/such/folder", "a folder"),
        ("SPOOL_FOLDER", "", "a folder"),
        ("HISTORY_DAYS", "0", "a number of days from 1 to 36500"),
        ("HISTORY_DAYS", "-1", "a number of days from 1 to 36500"),
        ("HISTORY_DAYS", "36501", "a number of days from 1 to 36500"),
        ("HISTORY_DAYS", "1000000", "a number of days from 1 to 36500"),
        ("HISTORY_DAYS", "365.0", "a number of days"),
        ("HISTORY_DAYS", "", "a number of days"),
        ("TOKEN_LIFETIME", "59", "a number of seconds from 60 to 604800"),
        ("TOKEN_LIFETIME", "604801", "a number of seconds from 60 to 604800"),
        ("TOKEN_LIFETIME", "1e3", "a number of seconds"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_what_it_must_be(
    variable: str, text: str, what: str
) -> None:
    with pytest.raises(Refusal) as refused:
        loaded({}, **{PREFIX + variable: text})
    assert str(refused.value).startswith(f"{PREFIX}{variable} must be {what}")
    assert str(refused.value).endswith(f", not '{text}'")
    option = variable.lower()
    with pytest.raises(Refusal, match=f"^--{option.replace('_', '-')} must be "):
        loaded({option: text})


def test_each_setting_says_what_it_is() -> None:
    for row in SETTINGS:
        assert row.variable == PREFIX + row.name.upper()
        assert row.help[0].isupper()
        assert not row.help.endswith(".")
        assert isinstance(row.default, str | int | tuple | None)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    settings = loaded(CLOSUM_SIGNING_KEY_FILE=str(file))
    assert (settings.signing_key, settings.origins["signing_key"]) == (KEY, "CLOSUM_SIGNING_KEY_FILE")
    assert loaded(CLOSUM_SIGNING_KEY_FILE=str(file), CLOSUM_SIGNING_KEY="own").signing_key == "own"
    assert loaded(CLOSUM_PORT_FILE=str(file)).port == 8000  # no secret


@pytest.mark.parametrize("name", ["missing", "", "folder", "binary"])
def test_a_file_that_cannot_be_read_is_named_and_its_content_is_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary").write_bytes(b"\xff" * 40)
    with pytest.raises(Refusal, match=r"^CLOSUM_SIGNING_KEY_FILE names a file that ") as refused:
        loaded(CLOSUM_SIGNING_KEY_FILE=str(tmp_path / name) if name else "")
    assert "ff" not in str(refused.value).partition(" names ")[2].replace(str(tmp_path), "")


def test_no_text_of_the_settings_shows_a_secret() -> None:
    settings = loaded(CLOSUM_SIGNING_KEY=KEY, CLOSUM_PORT="9")
    for text in (repr(settings), str(settings), f"{settings}", *(settings.shown(row) for row in SETTINGS)):
        assert KEY not in text
    assert "signing_key=(secret)" in repr(settings)
    assert "port=9" in repr(settings)


def test_what_is_no_setting_is_no_attribute() -> None:
    with pytest.raises(AttributeError):
        _ = loaded().prot


def test_unknown_variables_are_found() -> None:
    names = ["CLOSUM_PROT", "CLOSUM_SIGNING_KYE", "CLOSUM_PORT_FILE", "CLOSUM_"]
    known = ["CLOSUM_PORT", "CLOSUM_SIGNING_KEY_FILE", "CLOSUM_LEADS", "CLOSUM_TEST_X", "PATH"]
    assert unknown_variables(dict.fromkeys(names + known, "x")) == sorted(names)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return made(tmp_path / "closum.db")


def made(path: Path) -> str:
    """The URL of a new database."""
    url = f"sqlite:///{path}"
    open_session(url, create=True).close()
    return url


def test_a_key_is_made_once_beside_the_database(database: str) -> None:
    folder = path_of(database).parent
    there = set(folder.iterdir())
    key = signing_key(None, database)
    file = key_file(path_of(database))
    assert file.name == "closum.db.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(key) == 64
    assert signing_key(None, database) == key
    assert set(folder.iterdir()) == {*there, file}


def test_no_two_installations_share_a_key(tmp_path: Path) -> None:
    assert len({signing_key(None, made(tmp_path / f"{number}.db")) for number in range(5)}) == 5


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o620])
def test_a_key_file_that_others_can_reach_is_refused(database: str, mode: int) -> None:
    signing_key(None, database)
    os.chmod(key_file(path_of(database)), mode)
    with pytest.raises(Refusal, match=r"closum\.db\.key can be read by others: 'chmod 600 "):
        signing_key(None, database)


@pytest.mark.parametrize("weak", ["", "secret", "changeme", "x" * 64, KEY[:31], "abc" * 40])
def test_a_weak_key_is_refused_by_its_name_alone(database: str, weak: str) -> None:
    with pytest.raises(Refusal, match=r"^CLOSUM_SIGNING_KEY is too weak: it needs at least 32 ") as refused:
        signing_key(weak, database)
    assert not weak or weak not in str(refused.value)
    assert not key_file(path_of(database)).exists()


def test_a_key_of_32_bytes_is_taken_as_it_is(database: str) -> None:
    assert signing_key(KEY, database) == KEY.encode()
    assert not key_file(path_of(database)).exists()


def test_a_weak_key_file_is_refused(database: str) -> None:
    key_file(path_of(database)).write_text("changeme\n")
    os.chmod(key_file(path_of(database)), 0o600)
    with pytest.raises(Refusal, match=r"closum\.db\.key is too weak"):
        signing_key(None, database)
