"""By what two addresses, or two numbers, of a model are the same."""

from typing import Any

PORTUGAL = "+351912345678"
NOBODYS = (None, 0)
SAME_NUMBERS: dict[str, dict[str, tuple[str | None, int]]] = {
    "912 345 678": {"351": (PORTUGAL, 1), "1": ("+1912345678", 0)},
    "912345678": {"351": (PORTUGAL, 1), "1": ("+1912345678", 0)},
    "912345679": {"351": ("+351912345679", 1), "1": ("+1912345679", 0)},
    "+351912345678": {"351": (PORTUGAL, 1), "1": (PORTUGAL, 0)},
    "2015550123": {"351": ("+3512015550123", 0), "1": ("+12015550123", 1)},
    "abc": {"351": NOBODYS, "1": NOBODYS},
    "A-b c": {"351": NOBODYS, "1": NOBODYS},
}
"""What two numbers are the same by, and whether they are valid, by the code of their extension: written down by hand,
since a model that asks the product would agree with whatever it says.
"""


def key(record: dict[str, Any]) -> Any:
    if "email" in record:
        return record["email"].lower()  # all there is to say of ADDRESSES
    return read(record)[0]


def read(phone: dict[str, Any]) -> tuple[str | None, int]:
    return SAME_NUMBERS[phone["number"]][phone["extension"].lstrip("+0")]
