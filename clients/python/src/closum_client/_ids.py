"""What the id of a record, or of background work, may be."""

import operator
import re
from typing import SupportsIndex


def number_of(id: object) -> int:
    """The id of a record. Raises TypeError, ValueError for what is none."""
    if isinstance(id, str):
        if re.fullmatch("[0-9]{1,19}", id):
            return int(id)
        raise ValueError(f"an id is a whole number or its digits, such as 12 or '12', not {id[:40]!r}")
    if isinstance(id, bool) or not isinstance(id, SupportsIndex):
        raise TypeError(f"an id is an int or its digits, not {type(id).__name__}")
    return operator.index(id)


def name_of(id: object) -> str:
    """The id of background work. Raises TypeError, ValueError for what is none."""
    if not isinstance(id, str):
        raise TypeError(f"the id of background work is a str, not {type(id).__name__}")
    if not re.fullmatch("[a-z_]{1,50}-[0-9]{1,19}", id):
        raise ValueError(f"the id of background work is such as 'undo-1', not {id[:40]!r}")
    return id
