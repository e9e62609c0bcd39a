"""The pages of the reference: what `/docs` and what is below it are answered with.

Each page is made when it is first asked for, and kept, compressed.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.resources import files
from typing import Any

import jinja2

from closum.http import answer, coding
from closum.http.answer import HTML, Answer
from closum.http.request import Request
from closum.http.route import JSON, PUBLIC, Handler, Route
from closum.http.static import File, packed
from closum.reference import markdown, samples, search
from closum.reference.calls import call
from closum.reference.schema import Json
from closum.reference.sections import FRONT, Links, Section, sections

_TEMPLATES = files("closum.reference") / "templates"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_OF_PAGES = ((b"content-security-policy", _POLICY.encode()), (b"referrer-policy", b"no-referrer"))
_FOUND, _INDEX = f"{FRONT}/search", f"{FRONT}/search.json"


class Reference:
    """Of an OpenAPI document, and guides; `root_path` is where a proxy serves closum, and `asset` the path of a file of the
    pages.
    """

    def __init__(
        self,
        document: Json,
        root_path: str = "",
        asset: Callable[[str], str] = str,
        guides: Sequence[Section] = (),
    ) -> None:
        self._document, self._root, self._asset = document, root_path, asset
        every = sections(document)
        front = [one for one in every if one.path == FRONT]
        self._guides = guides
        self._groups = [("", front), ("Guides", guides), ("Reference", every[len(front) :])]
        self._sections = [*front, *guides, *every[len(front) :]]
        self._links = Links(root_path, self._sections)
        self._made: dict[str, File] = {}

    def routes(self) -> list[Route]:
        """The rows of the pages."""
        paths = dict.fromkeys(one.path for one in self._sections)
        return [
            *(Route("GET", path, self._page(path), PUBLIC, media_type=HTML) for path in paths),
            Route("GET", _FOUND, self._found, PUBLIC, media_type=HTML),
            Route("GET", _INDEX, self._index, PUBLIC, media_type=JSON),
        ]

    def _page(self, path: str) -> Handler:
        async def page(request: Request) -> Answer:
            file = self._made.get(path) or self._made.setdefault(path, self._file(path))
            return file.answer(request.scope["headers"])

        return page

    def _file(self, path: str) -> File:
        shown = [one for one in self._sections if one.path == path]
        return File(HTML, packed(self._rendered("page.html", path=path, shown=shown)), _OF_PAGES)

    async def _found(self, request: Request) -> Answer:
        """What a search finds, for who has no script."""
        asked = dict(request.pairs).get("q", "")[: search.MOST_LETTERS]
        asked = asked.encode(errors="replace").decode()  # what is not UTF-8 is found nowhere
        page = self._rendered(
            "found.html", path=_FOUND, asked=asked, found=search.found(self._entries, asked)
        )
        body, packing = coding.coded(page, request.scope["headers"])
        headers = [(b"content-type", HTML.encode()), (b"vary", coding.VARY), *_OF_PAGES, *packing]
        return Answer(200, body, headers, is_json=False)

    async def _index(self, request: Request) -> Answer:
        if (file := self._made.get(_INDEX)) is None:
            file = self._made[_INDEX] = File(JSON, packed(answer.encode(self._entries)))
        return file.answer(request.scope["headers"])

    @cached_property
    def _entries(self) -> Sequence[search.Entry]:
        return search.entries(self._document, self._sections)

    def _rendered(self, template: str, **context: Any) -> bytes:
        return self._templates.get_template(template).render(context).encode()

    @cached_property
    def _templates(self) -> jinja2.Environment:
        made = jinja2.Environment(
            loader=jinja2.DictLoader({one.name: one.read_text("utf-8") for one in _TEMPLATES.iterdir()}),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals.update(
            root=self._root,
            asset=self._asset,
            origin=samples.ORIGIN,
            languages=samples.LANGUAGES,
            front=FRONT,
            groups=self._groups,
            guides=self._guides,
            every=self._sections,
            most_letters=search.MOST_LETTERS,
            search=_FOUND,
            call=lambda operation: call(self._document, operation),
            blocks=lambda text: markdown.blocks(text, self._links),
        )
        made.filters["line"] = lambda text: markdown.line(text, self._links)
        return made
