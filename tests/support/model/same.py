"""By what two addresses, or two numbers, of a model are the same, written down by hand.

A model that asks the product would agree with whatever it says.
"""

from typing import Any

PORTUGAL = "+351912345678"
NOBODYS = (None, 0)
LONDON = "+442079460018"
SAME_NUMBERS: dict[str, dict[str, tuple[str | None, int]]] = {
    "912 345 678": {"351": (PORTUGAL, 1), "1": ("+1912345678", 0), "44": ("+44912345678", 0)},
    "912345678": {"351": (PORTUGAL, 1), "1": ("+1912345678", 0), "44": ("+44912345678", 0)},
    "912345679": {"351": ("+351912345679", 1), "1": ("+1912345679", 0), "44": ("+44912345679", 0)},
    "912 340 999": {"351": ("+351912340999", 1), "1": ("+1912340999", 0), "44": ("+44912340999", 0)},
    "+351912345678": {"351": (PORTUGAL, 1), "1": (PORTUGAL, 0), "44": (PORTUGAL, 0)},
    "+44 20 7946 0018": {"351": (LONDON, 0), "1": (LONDON, 0), "44": (LONDON, 1)},
    "351912345679": {
        "351": ("+351912345679", 1),
        "1": ("+1351912345679", 0),
        "44": ("+44351912345679", 0),
    },
    "2015550123": {"351": ("+3512015550123", 0), "1": ("+12015550123", 1), "44": ("+442015550123", 1)},
    "abc": {"351": NOBODYS, "1": NOBODYS, "44": NOBODYS},
    "A-b c": {"351": NOBODYS, "1": NOBODYS, "44": NOBODYS},
}
"""What two numbers are the same by, and whether they are valid, by the code of their extension."""

WHOLE = {"+351912345678": "351", "+44 20 7946 0018": "44"}
"""Numbers that name their calling code themselves."""
COUNTRIES = {"+351": "PT", "+1": "US", "+44": "GB"}
SPELLINGS = {
    "+351 912 345 678": (PORTUGAL,),
    " 351 912345679": ("+351912345679",),
    "00351-912-345-678": (PORTUGAL,),
    "912 345 678": (PORTUGAL, "+1912345678", "+44912345678"),
    "(912) 345679": ("+351912345679", "+1912345679", "+44912345679"),
    "+44 20 79460018": (LONDON,),
    "+1 201 555 0123": ("+12015550123",),
    "2015550123": ("+3512015550123", "+12015550123", "+442015550123"),
    "+351 912 000 000": (),
    "abc": (),
}
"""The numbers of the model that somebody means who looks for a text."""
DOMAINS = {"josé@exämple.com": "xn--exmple-cua.com"}
"""Of the addresses that have another domain than what stands behind their @."""


def key(record: dict[str, Any]) -> Any:
    if "email" in record:
        return record["email"].lower()  # all there is to say of ADDRESSES
    return read(record)[0]


def read(phone: dict[str, Any]) -> tuple[str | None, int]:
    return SAME_NUMBERS[phone["number"]][phone["extension"].lstrip("+0")]


def domain(address: str) -> str:
    return DOMAINS.get(address, address.rpartition("@")[2].lower())


def country(phone: dict[str, Any]) -> str | None:
    found = read(phone)[0] or ""
    return next((COUNTRIES[code] for code in COUNTRIES if found.startswith(code)), None)
