"""A list as a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from closum.api import responses, schemas
from closum.api.verbs import operation
from closum.errors import Malformed
from closum.formats.flat import flat
from closum.formats.form import CSV, NDJSON
from closum.http import exported
from closum.http.answer import Answer
from closum.http.exported import DIGEST
from closum.http.request import Request
from closum.http.route import FILE, Route, Sample
from closum.model import query
from closum.model.resource import Resource
from closum.operations.exporting import FORMATS, MEDIA_TYPES, Export

PAGED = ("limit", "page", "cursor", "count")
"""What a list takes, and an export has no use for."""


async def export(request: Request) -> Answer:
    format_ = _format(request)
    asked = Export(request.resource, request.query if format_ == NDJSON else request.asked, format_)
    return await exported.answer(request, asked, request.caller.by)


def _format(request: Request) -> str:
    found = request.parameters("format").get("format", CSV)
    if found not in FORMATS:
        raise Malformed(f"'format' must be one of {', '.join(FORMATS)}")
    return found


def _example(resource: Resource) -> str:
    record = schemas.example(resource, in_list=True)
    headings = flat(resource).headings
    cells = [_at(record, heading) for heading in headings]
    return f"{','.join(headings)}\r\n{','.join(cells)}\r\n"


def _at(record: Mapping[str, Any], heading: str) -> str:
    name, _, key = heading.partition(".")
    found = record.get(name)
    if isinstance(found, Mapping):
        found = found.get(key)
    return "" if found is None else str(found)


def routes(resources: Sequence[Resource]) -> list[Route]:
    """Of each resource whose records an account has, and can list."""
    return [_route(one) for one in resources if "list" in one.verbs and not one.shared]


def _route(resource: Resource) -> Route:
    names = [name for name in query.parameters(resource) if name not in PAGED]
    return Route(
        "GET",
        f"/api/{resource.slug}/export",
        export,
        f"{resource.name}:read",
        operation(
            resource,
            "export",
            f"Export {resource.titles}",
            f"gives all {resource.several} that fit as one file. It is CSV, XLSX, or NDJSON with a record of the"
            " list on each line. It takes the filters and the order of the list. [Export](#tag/Export) has more.",
            responses.document(
                f"The file. `Content-Length` and `{DIGEST}` tell whether all of it has arrived",
                _example(resource),
                headers=(DIGEST, "Content-Disposition"),
                also=tuple(MEDIA_TYPES[one] for one in FORMATS if one != CSV),
            ),
            query=("format", *names),
            result=FILE,
        ),
        Sample(),
        MEDIA_TYPES[CSV],
    )
