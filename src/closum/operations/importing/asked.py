"""What a person says of an import: the properties of a call, and the options of a command."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from closum.errors import BrokenRule, Invalid, Malformed
from closum.formats.form import FORMATS, Given
from closum.model import body_fields, matching
from closum.model.body_fields import Array, Object
from closum.model.choices import Choice, Code
from closum.model.fields import Flag, Integer, Schema, Text
from closum.operations.importing import declared, mapping
from closum.operations.importing import policy as policies
from closum.operations.importing.job import Wanted
from closum.operations.importing.towns import LONGEST
from closum.resources.account import ACCOUNT
from closum.resources.lead import LEAD
from closum.store.imports import Import

MOST_BYTES = 1024**3  # of a file
MOST_COLUMNS = 1_000
MOST_CITIES = 1_000
MOST_EMPTY = 100


@dataclass(frozen=True, slots=True)
class _Match(Array):
    """Names by which leads are found: an array, or one text with commas between."""

    def parse(self, value: Any) -> list[str]:
        names = value.split(",") if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(one, str) for one in names):
            raise BrokenRule("_array")
        try:
            return [matching.match(LEAD, one.strip(), "").property for one in names]
        except Malformed:
            raise BrokenRule("_inList", names=", ".join(matching.names(LEAD))) from None

    def accepts(self) -> Schema:
        return self.described({"type": ["array", "string", "null"], "items": {"type": "string"}})


_COUNTRY = next(one for one in ACCOUNT.fields if one.name == "country")
assert isinstance(_COUNTRY, Code)

FIELDS = (
    Array(
        "mapping",
        of=Object(
            "",
            fields=(
                Integer("column", description="The number of a column of the file, from 1", example=2),
                Text("heading", max_length=1_000, description="Or its heading", example="E-mail"),
                Text(
                    "to",
                    max_length=300,
                    description=f"What it means, one of {', '.join(f'`{one}`' for one in mapping.TARGETS)}; `null` leaves it out",
                    example="email",
                ),
                Choice(
                    "type",
                    among=mapping.TYPES,
                    description="The type of a value of custom data",
                    example="text",
                ),
            ),
        ),
        max_items=MOST_COLUMNS,
        description="The **mapping** of columns. The server tries the columns of one property in this order; it keeps what it proposes for columns that are not named",
        example=[{"heading": "E-mail", "to": "email"}],
    ),
    _Match(
        "match",
        of=Text(""),
        description="What a row's lead is found by: the first of these that the row has. `email` and then `phone` if it is not set. A number that is not valid, such as `000000000`, means only a lead with the same name",
        example=["email", "phone"],
    ),
    Choice(
        "on_match",
        among=matching.ON_MATCH,
        description="What happens to a lead that is found, as in [Writes](#tag/Writes); `skip` if it is not set",
        example="skip",
    ),
    Code(
        "country",
        among=_COUNTRY.among,
        broken="_country",
        description="The **country** of phone numbers without a prefix, in two letters of ISO 3166; that of the account if it is not set",
        example="PT",
    ),
    Array(
        "cities",
        of=Object(
            "",
            fields=(
                Text(
                    "name", required=True, max_length=LONGEST, description="What cells have", example="Gaia"
                ),
                Integer(
                    "city_id", required=True, description="The id of the city that it means", example=211
                ),
            ),
        ),
        max_items=MOST_CITIES,
        description="Names of **cities** that the server does not know, and the city that each means, in every row that has it",
        example=[{"name": "Gaia", "city_id": 211}],
    ),
    Array(
        "empty",
        of=Text("", max_length=LONGEST),
        max_items=MOST_EMPTY,
        description="What cells have that say nothing, in any case: columns of addresses, numbers, cities, ids, users, dates and consents are empty where they have it",
        example=["n/a", "-"],
    ),
    Choice(
        "format",
        among=FORMATS,
        description="The format, where the server has not found out the right one",
        example="csv",
    ),
    Text("encoding", max_length=50, description="Likewise the character encoding", example="utf-8"),
    Text("delimiter", max_length=1, description="Likewise the character between two cells", example=";"),
    Text("sheet", max_length=255, description="Likewise the sheet of a workbook", example="Leads"),
    Integer("header_line", description="Likewise the line of the headings, from 1", example=1),
)
START = (
    Flag("dry_run", description="`true`: change nothing, and count what the import would do", example=True),
    Text(
        "sha256",
        max_length=64,
        description="The SHA-256 of the file that you looked at, in hexadecimal digits: the server refuses to import another one",
    ),
)
_FORM = ("format", "encoding", "delimiter", "sheet", "header_line")


def wanted(found: Import, body: Mapping[str, Any]) -> Wanted:
    """What the properties that a body has change of an import; those of leads say nothing of other records. Raises Invalid."""
    values, columns = check(body), None
    if body.get("mapping") is not None:
        proposed = [mapping.Column(*one) for one in found.mapping]
        columns = mapping.changed(proposed, body["mapping"], declared.targets(found.resource))
    said = {name: _said(name, values[name]) for name in _FORM if name in values}
    given = Given(**{**found.given, **said}) if said else None
    if found.resource != LEAD.name:
        return Wanted(given, columns, None)
    policy = policies.read(found.policy)._replace(**_policy(values))
    return Wanted(given, columns, policy)


def check(body: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the properties that a body has. Raises Invalid."""
    read = body_fields.draft(FIELDS, body)
    if read.faults:
        raise Invalid(read.faults)
    return read.values


def given(body: Mapping[str, Any]) -> Given:
    """What the properties that a body has say of the form of a file. Raises Invalid."""
    values = body_fields.read(FIELDS, {name: body[name] for name in _FORM if name in body})
    return Given(**{name: _said(name, values[name]) for name in _FORM})


def _said(name: str, value: Any) -> Any:
    """What is not set any more is found out again."""
    return value if name == "header_line" or value is not None else ""


def _policy(values: Mapping[str, Any]) -> dict[str, Any]:
    usual = policies.Policy()._asdict()
    given = {name: values[name] for name in usual if name in values}
    return {name: usual[name] if value is None else value for name, value in given.items()}
