"""What is measured of imports and exports, and the names of those that take part."""

from benchmarks.find.scenarios import ON_POSTGRES
from benchmarks.scenarios import CLOSUM

SHELL, PSQL = "sqlite3, .import", "psql, \\copy"
"""What the databases bring to load tables."""
ALL = (CLOSUM, SHELL, ON_POSTGRES, PSQL)

TWO, ONE, ANY = "import, two cores", "import, one core", "import"
DRY = "dry run, two cores"
CORES = {TWO: None, ONE: 0}
"""By scenario the core on which everything runs, None where it may use all."""

SPREADSHEET, LARGE = "import of a spreadsheet (XLSX)", "import of 1 GiB (CSV)"
EXPORTS = {name: f"export, {name.upper()}" for name in ("csv", "ndjson", "xlsx")}

BESIDE = "import beside a server"
LEAD, PAGE, CREATE = "lead by id", "random page", "create"
RATES = {LEAD: 20.0, PAGE: 20.0, CREATE: 4.0}
"""Requests a second of each kind that the server is sent."""


def quiet(kind: str) -> str:
    """The scenario of requests while nothing else happens."""
    return f"{kind}, no import"


def meanwhile(kind: str) -> str:
    """The scenario of requests during an import."""
    return f"{kind}, during an import"
