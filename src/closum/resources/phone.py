"""Phone numbers: one record per number in an account."""

from closum.model import number
from closum.model.examples import Examples
from closum.model.fields import Flag, Text, Timestamp
from closum.model.relations import Row
from closum.model.resource import Derived, Exact, Listing, Resource, Unique
from closum.model.text import sort_key


def _check_prefix(extension: str) -> None:
    if number.dialling(extension) is None:
        raise ValueError("no country has it")


def _reconcile(values: Row) -> Row:
    """The prefix that a number such as +351 912 345 678 names by itself."""
    typed, extension = values.get("number"), values.get("extension")
    agreeing = number.agreeing(extension, typed) if typed else extension
    return {} if agreeing == extension else {"extension": agreeing}


def _keys(extension: str, typed: str) -> tuple[str | None, int, str | None, str | None, str]:
    key, is_valid = number.parse(extension, typed)
    return key, is_valid, sort_key(typed), number.country(key), number.place(key, typed)


def spellings(extension: str) -> tuple[str, ...]:
    """How a dialling prefix is written: 351, +351 and 00351; a filter may mean any of them by one."""
    found = number.dialling(extension.strip())
    digits = f"{found.code}{found.area}" if found else ""
    return (extension, *((digits, f"+{digits}", f"00{digits}") if digits else ()))


def read_country(text: str) -> str:
    """Two letters of ISO 3166."""
    code = text.strip().upper()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        raise ValueError("it must be two letters of ISO 3166 for a country, such as PT")
    return code


PHONE = Resource(
    name="phone",
    fields=(
        Text(
            "extension",
            required=True,
            implied=True,
            max_length=16,
            strip=True,
            rule=("_prefix", _check_prefix),
            description=(
                "The phone **extension** associated with country: its dialling prefix, such as `00351`, `+351` or `351`"
                " for Portugal, also with the digits of an area (`+1 242`). A number that begins with `+` needs none:"
                " `+351 912 340 999` gets `00351`"
            ),
            example="001",
        ),
        Text(
            "number",
            required=True,
            max_length=64,
            strip=True,
            description=(
                "The **phone** number as people write it: `912 340 999`, `+351 912 340 999`, or `212 999 001 ext. 12` for"
                " an extension at a switchboard. Two numbers are the same when they are dialled alike"
            ),
            example="517-388-1452",
        ),
        Flag(
            "is_valid",
            read_only=True,
            description="The phone validation **status**, 1 for one number that is valid in the country of its extension, otherwise 0",
            example=1,
        ),
        Timestamp(
            "date_add",
            read_only=True,
            description="The **date_add** of the record, when it was made: UTC, in whole seconds",
            example="2018-01-01T10:00:00+00:00",
        ),
    ),
    derived=(
        Derived(
            ("number_key", "is_valid", "number_sort", "country", "number_shown"),
            ("extension", "number"),
            _keys,
            optional=("number_key", "country"),
        ),
    ),
    unique=Unique(
        "number_key",
        "number",
        number.is_number,
        personal=True,
        keys=number.keys,
        ambiguous=True,
        sure="is_valid",
    ),
    reconcile=_reconcile,
    listing=Listing(
        listed=("id", "extension", "number", "is_valid", "date_add"),
        retrieved=("id", "extension", "number", "is_valid", "date_add"),
        sorts={"id": "id", "number": "number_sort", "is_valid": "is_valid", "date_add": "id"},
        shown={"number": "number_shown"},
        filters={"country": Exact("country", read_country)},
        spellings={"extension": spellings},
        columns=("is_valid", "date_add"),
    ),
    examples=Examples(
        sample={"extension": "001", "number": "517-388-1452"},
        update_sample={"id": 1, "extension": "001", "number": "517-388-1452"},
        sample_count=250,
    ),
)
