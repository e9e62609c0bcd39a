"""What all records have: a representation that fits on a line; and types of what methods take."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

Document = str | dict[str, Any] | list[Any]
"""The text of a JSON document, or what it is of."""

Direction = Literal["asc", "desc"]

LONGEST = 60  # characters of a text that are shown


class Record:
    """Shows its class and the values that it has, long ones cut: `Lead(id=1, name='Ana', email='ana@example.com')`."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = (f"{name}={_shown(value)}" for name, value in _values(self) if value is not None)
        return f"{type(self).__name__}({', '.join(shown)})"


def _values(record: Record) -> Iterator[tuple[str, Any]]:
    for name, field in getattr(record, "__dataclass_fields__", {}).items():
        if field.repr:
            yield name, getattr(record, name)


def _shown(value: Any) -> str:
    if isinstance(value, Record):
        return _shown(" ".join(str(one) for name, one in _values(value) if name != "id" and one is not None))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONGEST:
        return repr(f"{value[: LONGEST - 1]}…")
    return repr(value)
