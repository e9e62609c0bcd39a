"""Values as JSON can write them."""

from datetime import date
from typing import Any


def plain(value: Any) -> Any:
    """The value with times and days as text, wherever they stand in it."""
    match value:
        case date():
            return value.isoformat()
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
    return value
