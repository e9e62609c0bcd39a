"""How a call finds the record that it means, `match=email`, and what it does where there is one, `on_match=update`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from closum.errors import Faults, Malformed, fault
from closum.model.document import read
from closum.model.draft import MAX_ID, Draft, Link, Put, complete_nested, read_fields
from closum.model.fields import Document, Integer
from closum.model.resource import Resource
from closum.model.terms import number, scalar
from closum.model.text import sort_key

PARAMETERS = ("match", "on_match")

UPDATE, FILL_EMPTY, SKIP, FAIL, CREATE = "update", "fill_empty", "skip", "fail", "create"
ON_MATCH = (UPDATE, FILL_EMPTY, SKIP, FAIL, CREATE)

_ID = Integer("id", required=True)


class Match(NamedTuple):
    """The property by which a record is found, `name`, with the `key` of a document; what is done with one, `then`."""

    name: str
    then: str
    key: str = ""

    @property
    def property(self) -> str:
        return f"{self.name}.{self.key}" if self.key else self.name


class Wanted(NamedTuple):
    """What a body says of the record that it means: what it has in `column` (with `id`, that itself), or `text` in a document.

    With nothing of both no record has it. `faults` say why the body does not tell.
    """

    column: str = ""
    value: Any = None
    text: str | None = None
    faults: Faults | None = None

    @property
    def token(self) -> tuple[str, Any]:
        """The same for two bodies that mean the same record."""
        if self.text is None:
            return self.column, self.value
        found = number(self.text)
        return self.column, sort_key(self.text) if found is None else found

    @property
    def is_nobody(self) -> bool:
        return self.value is None and self.text is None


def names(resource: Resource) -> tuple[str, ...]:
    """What records can be found by."""
    nested = (one.name for one in resource.nested if one.resource.unique)
    own = (resource.unique.field,) if resource.unique else ()
    documents = (f"{one.name}.<key>" for one in resource.writable if isinstance(one, Document))
    return (*own, *nested, "id", *documents)


def parse(resource: Resource, given: Mapping[str, Any]) -> Match | None:
    """What `match` and `on_match` ask for, None without `match`. Raises Malformed."""
    text, then = given.get("match"), given.get("on_match")
    if text is None:
        if then is not None:
            raise Malformed(f"'on_match' needs 'match', one of {', '.join(names(resource))}")
        return None
    if then not in (None, *ON_MATCH):
        raise Malformed(f"'on_match' must be one of {', '.join(ON_MATCH)}")
    return match(resource, text, then or UPDATE)


def match(resource: Resource, text: Any, then: str) -> Match:
    """What a text says of how a record is found. Raises Malformed."""
    known = names(resource)
    if text in known and not str(text).endswith(".<key>"):
        return Match(text, then)
    name, _, key = text.partition(".") if isinstance(text, str) else ("", "", "")
    if key and f"{name}.<key>" in known:
        return Match(name, then, key)
    raise Malformed(f"'match' must be one of {', '.join(known)}")


def wanted(resource: Resource, match: Match, body: Mapping[str, Any], draft: Draft) -> Wanted:
    """What a body, and the draft that was read from it, say of the record that they mean."""
    if match.key:
        return _by_key(match, draft)
    if match.name == "id":
        return _by_id(body)
    if match.name in draft.faults:
        return Wanted()  # which is told anyway
    if resource.unique and match.name == resource.unique.field:
        return _by_own(resource, match, draft)
    return _by_nested(resource, match, draft)


def _by_id(body: Mapping[str, Any]) -> Wanted:
    values, faults = read_fields((_ID,), body)
    if faults or values.get("id") is None:
        return Wanted(faults=faults or {"id": fault("_required")})
    return Wanted("id", values["id"] if 0 < values["id"] <= MAX_ID else 0)


def _by_own(resource: Resource, match: Match, draft: Draft) -> Wanted:
    assert resource.unique
    values = resource.reconciled({**resource.blank, **draft.values})
    if values[match.name] is None:
        return Wanted(faults={match.name: fault("_required")})
    if any(values[one.name] is None for one in resource.writable if one.required):
        return Wanted()
    return Wanted(resource.unique.column, resource.derive(values)[resource.unique.column])


def _by_nested(resource: Resource, match: Match, draft: Draft) -> Wanted:
    nested = next(one for one in resource.nested if one.name == match.name)
    intent = draft.nested.get(match.name)
    if isinstance(intent, Link):
        return Wanted(nested.link, intent.id)
    if not isinstance(intent, Put) or nested.key not in intent.values:
        return Wanted(faults={match.name: {nested.key: fault("_required")}})
    values, faults = complete_nested(nested, intent, None)
    assert nested.resource.unique
    key = None if faults else values[nested.resource.unique.column]
    return Wanted(nested.name, key)


def _by_key(match: Match, draft: Draft) -> Wanted:
    if match.name in draft.faults:
        return Wanted()
    text = draft.values.get(match.name)
    document = None if text is None else read(text)
    value = document.get(match.key) if isinstance(document, dict) else None
    if value is None or value == "":
        return Wanted(faults={match.name: {match.key: fault("_required")}})
    if (found := scalar(value)) is None:
        return Wanted(faults={match.name: {match.key: fault("_scalar")}})
    return Wanted(match.property, text=found)
