"""Time zones, by the names of the IANA database. Source: the package tzdata, so that every machine knows the same."""

from importlib.resources import files

_UNDEFINED = {"Factory"}  # says that nobody has set a zone

NAMES = tuple(sorted({*(files("tzdata") / "zones").read_text(encoding="ascii").split()} - _UNDEFINED))
"""`Europe/Lisbon`, `UTC` …, and the older names that the database keeps, such as `Portugal`."""
