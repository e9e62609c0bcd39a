"""The body of a call that is no record: properties that may be objects and arrays, read and described."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from closum.errors import BrokenParts, BrokenRule, Faults, Invalid, Malformed
from closum.model.draft import Draft, missing, read_fields
from closum.model.fields import Field, Schema
from closum.model.ignored import Path
from closum.model.relations import Row


def read(fields: tuple[Field, ...], body: Mapping[str, Any]) -> Row:
    """The values of all fields, None for those that the body does not have. Raises Invalid with every fault."""
    values, faults = _read(fields, body)
    if faults:
        raise Invalid(faults)
    return values


def draft(fields: tuple[Field, ...], body: Mapping[str, Any]) -> Draft:
    """What changes a record whose properties the fields are: faults are for who knows whether there is such a record."""
    values, faults = _read(fields, body)
    return Draft({name: value for name, value in values.items() if name in body}, {}, faults)


def _read(fields: tuple[Field, ...], body: Mapping[str, Any]) -> tuple[Row, Faults]:
    values, faults = read_fields(fields, body)
    values = {one.name: values.get(one.name) for one in fields if one.name not in faults}
    return values, faults | missing(fields, body, values)


def check_names(fields: tuple[Field, ...], body: Mapping[str, Any]) -> None:
    """Raises Malformed for a property that is not among the fields: a misspelled `dry_run` is not the same as none."""
    for path in ignored(fields, body):
        names = ", ".join(one.name for one in fields) or "no properties"
        raise Malformed(f"Unknown property '{'.'.join(path)[:64]}': the body of this call has {names}")


def ignored(fields: tuple[Field, ...], body: Mapping[str, Any]) -> Iterator[Path]:
    """The properties of a body, and of what is in it, that are not among the fields. Never an `id`, as in a record's body."""
    known = {one.name: one for one in fields}
    for name, value in body.items():
        match known.get(name), value:
            case None, _ if name != "id":
                yield (name,)
            case Object(fields=inner), dict():
                yield from ((name, *path) for path in ignored(inner, value))
            case Array() as array, list():
                yield from ((name, *path) for path in ignored(*array.numbered(value)))


def schema(fields: tuple[Field, ...]) -> Schema:
    """An object with these properties, of which those that are required must be there."""
    required = [one.name for one in fields if one.needed]
    properties = {one.name: one.accepts() for one in fields}
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


@dataclass(frozen=True, slots=True)
class Object(Field):
    """A JSON object with properties of its own."""

    fields: tuple[Field, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields)

    def parse(self, value: Any) -> Any:
        return self.read(value)

    def read(self, value: Any) -> Row:
        """The values of its properties. Raises BrokenRule and faults likewise."""
        if not isinstance(value, dict) and value != []:  # an empty map, as PHP writes it
            raise BrokenRule("_object")
        return _parts(self.fields, value or {})

    def accepts(self) -> Schema:
        return self.described(schema(self.fields) | self._types("object", always=self.needed))


@dataclass(frozen=True, slots=True)
class Array(Field):
    """A JSON array of at most `max_items` values of a kind, none of them null. An empty one counts as null."""

    of: Field = field(kw_only=True)
    max_items: int = 100

    def parse(self, value: Any) -> list[Any] | None:
        if not isinstance(value, list):
            raise BrokenRule("_array")
        if len(value) > self.max_items:
            raise BrokenRule("_maxLength", limit=f"{self.max_items} items")
        return list(_parts(*self.numbered(value)).values()) or None

    def accepts(self) -> Schema:
        items = {"items": self._item("").accepts(), "minItems": int(self.needed), "maxItems": self.max_items}
        return self.described(self._types("array", always=self.needed) | items)

    def numbered(self, value: list[Any]) -> tuple[tuple[Field, ...], dict[str, Any]]:
        """An array as an object: its indexes, from 0, are the names."""
        given = {str(index): one for index, one in enumerate(value)}
        return tuple(map(self._item, given)), given

    def _item(self, name: str) -> Field:
        return replace(self.of, name=name, required=True)


def _parts(fields: tuple[Field, ...], value: Mapping[str, Any]) -> Row:
    try:
        return read(fields, value)
    except Invalid as invalid:
        raise BrokenParts(invalid.faults) from None
