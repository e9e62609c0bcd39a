"""Every setting, in one table; the only reader of the environment.

A value comes from the command line, else from `CLOSUM_<NAME>`, else (secrets) from the file that
`CLOSUM_<NAME>_FILE` names, else it is the default.
"""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from closum.errors import Refusal

PREFIX = "CLOSUM_"
DAY = 24 * 3600
MOST_DAYS = 36_500
SHOWN = 40  # characters of a value that is refused


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `parse` turns text into the value, or raises ValueError(what it must be).

    `kind` is what help calls the value; `among` are all values that there are.
    """

    name: str
    default: Any
    help: str
    parse: Callable[[str], Any] = str
    secret: bool = False
    show: Callable[[str], str] = lambda value: "(secret)"
    kind: str = "TEXT"
    among: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


def _port(text: str) -> int:
    if not _is_between(text, 0, 65_535):
        raise ValueError("a port from 0 (any free one) to 65535")
    return int(text)


def _is_between(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most


def _workers(text: str) -> int:
    if not _is_between(text, 1, 256):
        raise ValueError("a number of processes from 1 to 256")
    return int(text)


def _pool_size(text: str) -> int:
    if not _is_between(text, 5, 1_000):
        raise ValueError("a number of connections from 5 to 1000")
    return int(text)


LEVELS = ("debug", "info", "warning", "error")


def _level(text: str) -> str:
    if text.lower() not in LEVELS:
        raise ValueError(f"one of {', '.join(LEVELS)}")
    return text.lower()


def _unknown(text: str) -> str:
    if text.lower() not in ("refuse", "ignore"):
        raise ValueError("refuse or ignore")
    return text.lower()


def _yes(text: str) -> bool:
    words = {
        "yes": True,
        "true": True,
        "on": True,
        "1": True,
        "no": False,
        "false": False,
        "off": False,
        "0": False,
    }
    if text.lower() not in words:
        raise ValueError("yes or no")
    return words[text.lower()]


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _proxies(text: str) -> tuple[str, ...]:
    proxies = _names(text)
    try:
        for proxy in proxies:
            if proxy != "unix":
                ipaddress.ip_network(proxy)
    except ValueError:
        raise ValueError("addresses or networks such as 127.0.0.1,10.0.0.0/8, or unix") from None
    return proxies


def _origins(text: str) -> tuple[str, ...]:
    origins = _names(text)
    for origin in origins:
        scheme, _, host = origin.partition("://")
        if origin != "*" and (scheme not in ("http", "https") or not host or "/" in host):
            raise ValueError("origins such as https://www.example.com, with commas between, or *")
    return origins


def _root_path(text: str) -> str:
    path = text.rstrip("/")
    if path and not re.fullmatch(r"(?:/[A-Za-z0-9._~-]+)+", path):
        raise ValueError("a path such as /crm")
    return path


def _folder(text: str) -> str:
    if not (os.path.isdir(text) and os.access(text, os.W_OK | os.X_OK)):
        raise ValueError("a folder that exists and is writable")
    return os.path.abspath(text)


def _days(text: str) -> int:
    if not _is_between(text, 1, MOST_DAYS):
        raise ValueError(f"a number of days from 1 to {MOST_DAYS}")
    return int(text)


def _lifetime(text: str) -> int:
    if not _is_between(text, 60, 7 * DAY):
        raise ValueError(f"a number of seconds from 60 to {7 * DAY} (7 days)")
    return int(text)


_POSTGRES_URL = re.compile(
    r"postgres(?:ql)?://(?:(?P<user>{part}*)(?::{part}*)?@)?(?P<host>[^@/?#\s]*)(?P<path>/[^@/?#:\s]*)?(?:\?(?P<query>[^@#\s]*))?".format(
        part=r"(?:[^%:@/?#\s]|%(?!00)[0-9A-Fa-f]{2})"
    )
)
_SHOWN_PARAMETERS = ("host", "hostaddr", "port", "dbname", "sslmode", "target_session_attrs")


def is_postgres_url(url: str) -> bool:
    """Whether libpq would read the URL as it was meant: what is special in a password is percent-encoded."""
    return _POSTGRES_URL.fullmatch(url) is not None


def shown_url(url: str) -> str:
    """A database's URL without what is secret in it: the password, and parameters that may hold one."""
    if match := _POSTGRES_URL.fullmatch(url):
        user = f"{match['user']}@" if match["user"] else ""
        asked = [
            one for one in (match["query"] or "").split("&") if one.partition("=")[0] in _SHOWN_PARAMETERS
        ]
        query = f"?{'&'.join(asked)}" if asked else ""
        return f"postgresql://{user}{match['host']}{match['path'] or ''}{query}"
    return "(no URL)" if "@" in url or url.startswith("postgres") else url


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "database",
        "sqlite:///closum.db",
        "URL of the database: sqlite:///relative.db, sqlite:////absolute.db or postgresql://user@host/database",
        secret=True,
        show=shown_url,
        kind="URL",
    ),
    Setting("must_exist", False, "Refuse to start if the database does not exist: yes or no", _yes),
    Setting("host", "127.0.0.1", "Address to listen on", kind="ADDRESS"),
    Setting("port", 8000, "Port to listen on, from 1 to 65535; 0 takes a free one", _port, kind="PORT"),
    Setting(
        "workers", 1, "Server processes, from 1 to 256; more than one needs PostgreSQL", _workers, kind="N"
    ),
    Setting(
        "pool_size",
        10,
        "Connections to PostgreSQL of each server process, from 5 to 1000",
        _pool_size,
        kind="N",
    ),
    Setting("uds", None, "UNIX socket to listen on, instead of host and port", kind="FILE"),
    Setting(
        "tls_cert",
        None,
        "Certificate in PEM form, with those between it and its authority: the server then speaks TLS; read again when it changes",
        kind="FILE",
    ),
    Setting(
        "tls_key", None, "Private key of that certificate in PEM form, without a passphrase", kind="FILE"
    ),
    Setting("root_path", "", "Path under which a proxy serves closum, such as /crm", _root_path, kind="PATH"),
    Setting(
        "trusted_proxy",
        (),
        "Addresses or networks of proxies whose X-Forwarded-For counts, separated by commas; 'unix' for a proxy on the UNIX socket",
        _proxies,
        kind="ADDRESSES",
    ),
    Setting(
        "log_level",
        "info",
        "Lowest level that is logged: debug, info, warning or error",
        _level,
        among=LEVELS,
    ),
    Setting(
        "cors_origins",
        (),
        "Web origins whose pages may call the API, separated by commas; none by default",
        _origins,
    ),
    Setting(
        "unknown_parameters",
        "refuse",
        "What to do with a URL parameter that the call does not have: refuse (400), or ignore for old clients",
        _unknown,
    ),
    Setting(
        "spool_folder",
        None,
        "Folder, on a disk, for answers above 1 MiB until they are sent, up to 5 GB; by default the folder of the SQLite database, or /var/tmp with PostgreSQL",
        _folder,
    ),
    Setting(
        "files_folder",
        None,
        "Folder for the files of imports, up to 1 GiB each, which are kept for 30 days; by default a folder beside the SQLite database (closum.db.files), or closum.files with PostgreSQL. Servers on several machines share one",
        _folder,
    ),
    Setting(
        "ledger_days",
        400,
        f"Days for which the ledger of sign-ins and commands is kept, from 1 to {MOST_DAYS}; 'closum ledger list' prints it",
        _days,
    ),
    Setting(
        "history_days",
        365,
        f"Days for which the history of changes is kept, from 1 to {MOST_DAYS}; 'closum person show' prints what it has of a person",
        _days,
    ),
    Setting(
        "token_lifetime", 7 * DAY, f"Seconds that a token is valid, from 60 to {7 * DAY} (7 days)", _lifetime
    ),
    Setting(
        "signing_key",
        None,
        "Key that signs tokens, at least 32 bytes; if it is not set, the server makes one and keeps it with the database: in a file beside that of SQLite, or in a table of PostgreSQL",
        secret=True,
    ),
)

OTHER_VARIABLES = (
    "ACCOUNT",
    "COUNTRY",
    "FROM",
    "INTO",
    "KIND",
    "LANGUAGE",
    "LEADS",
    "NAME",
    "PASSWORD_STDIN",
    "RECORD",
    "REVISION",
    "ROLE",
    "SINCE",
    "TAKE",
    "TO",
    "TOKEN",
    "URL",
    "ZONE",
)


@dataclass(frozen=True)
class Settings:
    """The values in force, by name as attributes, and in `origins` where each comes from."""

    values: Mapping[str, Any]
    origins: Mapping[str, str]

    def __getattr__(self, name: str) -> Any:
        if name in ("values", "origins") or name not in self.values:  # the former while it is unpickled
            raise AttributeError(name)
        return self.values[name]

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{s.name}={self.shown(s)}' for s in SETTINGS)})"

    def shown(self, setting: Setting) -> str:
        """The value as text; a secret is not shown."""
        value = self.values[setting.name]
        if setting.secret and value is not None:
            return setting.show(value)
        return shown(value) if is_set(value) else "(none)"

    def replaced(self, **values: Any) -> "Settings":
        """The same, but for some values; where they come from is still told."""
        return replace(self, values={**self.values, **values})


def is_set(value: Any) -> bool:
    """Whether a value says something: an empty text or list does not."""
    return value not in (None, (), "")


def shown(value: Any) -> str:
    """A value as it is written in the environment."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def load(given: Mapping[str, str | None], environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from options of the command line (None: not given) and the environment. Raises Refusal."""
    environ = os.environ if environ is None else environ
    values, origins = {}, {}
    for setting in SETTINGS:
        text, origin = _find(setting, given, environ)
        values[setting.name] = setting.default if text is None else _parse(setting, text, origin)
        origins[setting.name] = origin
    return Settings(values, origins)


def unknown_variables(environ: Mapping[str, str] | None = None) -> list[str]:
    """Variables that begin with CLOSUM_ and mean nothing: misspelt ones, most likely."""
    environ = os.environ if environ is None else environ
    known = {setting.variable for setting in SETTINGS} | {PREFIX + name for name in OTHER_VARIABLES}
    known |= {f"{setting.variable}_FILE" for setting in SETTINGS if setting.secret}
    return sorted(
        name
        for name in environ
        if name.startswith(PREFIX) and not name.startswith("CLOSUM_TEST_") and name not in known
    )


def _find(
    setting: Setting, given: Mapping[str, str | None], environ: Mapping[str, str]
) -> tuple[str | None, str]:
    if (text := given.get(setting.name)) is not None:
        return text, f"--{setting.name.replace('_', '-')}"
    if (text := environ.get(setting.variable)) is not None:
        return text, setting.variable
    if setting.secret and (path := environ.get(f"{setting.variable}_FILE")) is not None:
        return _read(Path(path), f"{setting.variable}_FILE"), f"{setting.variable}_FILE"
    return None, "default"


def shortened(text: str) -> str:
    """A value that is refused, as messages show it."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _read(path: Path, variable: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Refusal(f"{variable} names a file that cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refusal(f"{variable} names a file that is not UTF-8 text") from None


def _parse(setting: Setting, text: str, origin: str) -> Any:
    try:
        return setting.parse(text)
    except ValueError as error:
        given = "" if setting.secret else f", not '{shortened(text)}'"
        raise Refusal(f"{origin} must be {error}{given}") from None
