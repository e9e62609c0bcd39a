"""Rows of the route table for pages: what a GET shows, and what a form does."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from closum.errors import Error
from closum.http.answer import HTML, Answer
from closum.http.request import Request
from closum.http.route import PUBLIC, Handler, Route
from closum.http.static import File
from closum.web import failures, forms
from closum.web.entry import Pages
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.secured import secured
from closum.web.site import Site

Shown = Callable[[Page], Awaitable[Answer]]
Sent = Callable[[Page, Form], Awaitable[Answer]]


class Table:
    """Makes the rows of the route table: `show` what a GET is answered with, `send` what a form does.

    All their answers have the headers of `secured`.
    """

    def __init__(self, site: Site, pages: Pages) -> None:
        self.site, self._scheme = site, pages

    def show(self, path: str, handler: Shown, needs: str) -> Route:
        async def shown(request: Request) -> Answer:
            page = Page(request, self.site)
            try:
                page.require(needs)
                return await handler(page)
            except Error as error:
                return await failures.shown(page, error)

        return self._route("GET", path, shown, needs)

    def send(self, path: str, handler: Sent, needs: str) -> Route:
        async def sent(request: Request) -> Answer:
            page, form = Page(request, self.site), forms.EMPTY
            try:
                page.require(needs)
                form = await forms.read(request)
                if needs == PUBLIC:
                    page.check(form, is_public=True)
                else:
                    page.check_or_keep(form)
                return page.answered(await handler(page, form))
            except Error as error:
                return await failures.shown(page, error, form)

        return self._route("POST", path, sent, needs)

    def take(self, path: str, handler: Shown, needs: str) -> Route:
        """A form with a file, which the handler reads by `uploads.received` with `page.check`."""
        return replace(self.show(path, handler, needs), method="POST")

    def file(self, path: str, file: File) -> Route:
        async def answer(request: Request) -> Answer:
            return file.answer(request.scope["headers"])

        return Route("GET", path, _secured(answer), PUBLIC, media_type=file.media_type)

    def _route(self, method: str, path: str, handler: Handler, needs: str) -> Route:
        return Route(method, path, _secured(handler), needs, media_type=HTML, scheme=self._scheme)


def _secured(handler: Handler) -> Handler:
    async def answer(request: Request) -> Answer:
        return secured(request.scope, await handler(request))

    return answer
