"""A call as a page shows it: what it takes, and what it is answered with."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from closum.reference.markdown import Code, Figure
from closum.reference.schema import Json, Row, kind, resolved, rows
from closum.reference.sections import Operation

_COMMON = frozenset({"413", "414", "431", "500", "503"})
"""Errors of every call: among many answers their examples would hide those that tell something about one."""
_FEW = 7


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is Markdown; `example` is "" where there is none."""

    status: str
    text: str
    rows: Sequence[Row]
    example: str


@dataclass(frozen=True, slots=True)
class Call:
    """`body` is None where it takes none; `media_types` are those of the body."""

    operation: Operation
    parameters: Sequence[Row]
    body: Sequence[Row] | None
    media_types: Sequence[str]
    about_body: str
    answers: Sequence[Answer]
    sample: Figure
    runs: bool
    """Whether a page can run it: it takes JSON, is answered with JSON, and who is signed in has a use for it."""

    @property
    def successes(self) -> Sequence[Answer]:
        return [one for one in self.answers if one.status < "300"]

    @property
    def others(self) -> Sequence[Answer]:
        return [one for one in self.answers if one.status >= "300"]

    @property
    def examples(self) -> Sequence[Answer]:
        is_short = len(self.answers) <= _FEW
        return [one for one in self.answers if one.example and (is_short or one.status not in _COMMON)]


def call(document: Json, operation: Operation) -> Call:
    """All that the document says of a call."""
    told = operation.told
    body = told.get("requestBody", {})
    content = body.get("content", {})
    schema = next(iter(content.values()))["schema"] if content else {}
    return Call(
        operation,
        _together(_parameter(document, resolved(document, one)) for one in told.get("parameters", ())),
        [*rows(document, schema)] if body else None,
        [*content],
        f"{body.get('description', '')}{'' if body.get('required') else '; it may be left out'}.",
        [_answer(document, status, one) for status, one in told["responses"].items()],
        tuple(Code(one["lang"], one["source"]) for one in told["x-codeSamples"]),
        _runs(document, operation),
    )


def _runs(document: Json, operation: Operation) -> bool:
    told = operation.told
    answers = [resolved(document, one) for status, one in told["responses"].items() if status < "300"]
    contents = [one["content"] for one in (told.get("requestBody", {}), *answers) if "content" in one]
    is_json = all("application/json" in one for one in contents)
    return is_json and operation.path.startswith("/api/") and operation.path != "/api/token"


def _parameter(document: Json, told: Json) -> Row:
    examples = [told["example"]] if "example" in told else []
    examples += [one["value"] for one in told.get("examples", {}).values()]
    shown = ", ".join(f"`{value}`" for one in examples for value in (one if isinstance(one, list) else [one]))
    text = f"{told['description'].removesuffix('.')}. Example: {shown}." if shown else told["description"]
    where = "" if told["in"] == "query" else f"{told['in']} · "
    return Row((told["name"],), f"{where}{kind(document, told['schema'])}", bool(told.get("required")), text)


def _together(parameters: Iterable[Row]) -> list[Row]:
    """Those that say the same of the property that they are named after in one row."""
    found: dict[tuple[str, str], list[Row]] = {}
    for one in parameters:
        text = one.text.replace(f"`{one.names[0]}`", "property of this name")
        found.setdefault((one.kind, text), []).append(one)
    return [
        several[0]
        if len(several) == 1
        else Row(tuple(one.names[0] for one in several), kind, several[0].is_required, text)
        for (kind, text), several in found.items()
    ]


def _answer(document: Json, status: str, told: Json) -> Answer:
    of = resolved(document, told)
    content = of.get("content", {})
    first: Json = next(iter(content.values()), {})
    told_rows = [*_body_rows(document, first.get("schema", {})), *_headers(document, of)]
    return Answer(status, of["description"], told_rows, _example(first.get("example", "")))


def _body_rows(document: Json, schema: Json) -> list[Row]:
    """Of an answer in the envelope, without what each one has."""
    return [row for row in rows(document, schema) if row.names != ("success",)]


def _headers(document: Json, told: Json) -> Iterator[Row]:
    for name, one in told.get("headers", {}).items():
        header = resolved(document, one)
        yield Row((name,), f"header · {kind(document, header['schema'])}", False, header["description"])


def _example(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
