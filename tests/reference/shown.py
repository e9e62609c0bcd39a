"""The pages of the reference as they are sent, without a server and without a browser."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import unescape
from types import SimpleNamespace
from typing import Any

from closum.app import route_table
from closum.http.answer import HTML, Answer
from closum.http.route import Route
from closum.reference.sections import Section
from closum.reference.site import Reference
from closum.web.assets import Assets

ASSETS = Assets()
ID = re.compile(r' id="([^"]+)"')


def bodies(routes: Sequence[Route]) -> dict[str, str]:
    """What the rows of the reference answer, by path."""
    found = {}
    for route in routes:
        request: Any = SimpleNamespace(scope={"headers": []}, pairs=[])
        body = asyncio.run(answered(route, request)).body
        assert isinstance(body, bytes)
        found[route.path] = body.decode()
    return found


async def answered(route: Route, request: Any) -> Answer:
    return await route.handler(request)


@cache
def pages(root_path: str = "") -> Mapping[str, str]:
    """Every page by its path."""
    routes = [one for one in route_table(root_path, ASSETS) if one.path.startswith("/docs")]
    return bodies([one for one in routes if one.media_type == HTML])


def of_document(document: Mapping[str, Any], guides: Sequence[Section] = ()) -> dict[str, str]:
    """The pages of another document."""
    return bodies(Reference(document, guides=guides).routes())


def section(page: str, id_: str) -> str:
    """A section of a page."""
    (found,) = re.findall(rf'<section [^>]*id="{re.escape(id_)}".*?</section>', page, re.DOTALL)
    return str(found)


def text(html: str) -> str:
    """What is read."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())
