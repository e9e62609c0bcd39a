"""The routes of all lists."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from closum.http.answer import Answer
from closum.http.route import Route
from closum.web.lists import filtering, shown
from closum.web.page import Page
from closum.web.table import Table
from closum.web.views import View


def routes(to: Table) -> list[Route]:
    """Those of each resource that people see a list of."""
    return [one for view in to.site.views.values() if view.place for one in _of(to, view)]


def _of(to: Table, view: View) -> Iterator[Route]:
    read = f"{view.name}:read"
    yield to.show(view.path, _on(view, shown.show), read)
    yield to.show(f"{view.path}/filter", _on(view, filtering.choose), read)
    yield to.show(f"{view.path}/filters", _on(view, filtering.form), read)


def _on(
    view: View, handler: Callable[[View, Page], Awaitable[Answer]]
) -> Callable[[Page], Awaitable[Answer]]:
    return partial(handler, view)
