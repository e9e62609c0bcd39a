"""Phone numbers: one record per number in an account."""

from closum.model import number
from closum.model.fields import Flag, Text, Timestamp
from closum.model.resource import Derived, Resource, Unique
from closum.model.text import sort_key


def _check_prefix(extension: str) -> None:
    if number.prefix(extension) is None:
        raise ValueError("no country has it")


def _keys(extension: str, typed: str) -> tuple[str, int, str | None]:
    key, is_valid = number.parse(extension, typed)
    return key, is_valid, sort_key(typed)


PHONE = Resource(
    name="phone",
    fields=(
        Text(
            "extension",
            required=True,
            max_length=8,
            strip=True,
            rule=("_prefix", _check_prefix),
            description="The phone **extension** associated with country, its dialling prefix: `001`, `00351`, `+351` or `351`",
            example="001",
        ),
        Text(
            "number",
            required=True,
            max_length=32,
            strip=True,
            description="The **phone** number",
            example="517-388-1452",
        ),
        Flag(
            "is_valid",
            read_only=True,
            description="The phone validation **status**, 1 for a number that is valid in its country",
            example=1,
        ),
        Timestamp(
            "date_add",
            read_only=True,
            description="The **date_add** of the record",
            example="2018-01-01T10:00:00+00:00",
        ),
    ),
    derived=(
        Derived(
            ("number_key", "is_valid", "number_sort"),
            ("extension", "number"),
            _keys,
            optional=("number_key",),
        ),
    ),
    unique=Unique("number_key", "number"),
    listed=("id", "extension", "number", "is_valid", "date_add"),
    retrieved=("id", "extension", "number", "is_valid", "date_add"),
    sorts={"id": "id", "number": "number_sort", "is_valid": "is_valid", "date_add": "id"},
    sample={"extension": "001", "number": "517-388-1452"},
    update_sample={"id": 1, "extension": "001", "number": "517-388-1452"},
    sample_count=250,
)
