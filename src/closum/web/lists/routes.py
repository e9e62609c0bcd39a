"""The routes of all lists."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from closum.http.answer import Answer
from closum.http.route import Route
from closum.web.lists import bulk, export, filtering, saved, shown
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
    yield to.show(f"{view.path}/views", _on(view, saved.manage), read)
    yield to.show(f"{view.path}/views/new", _on(view, saved.form), read)
    yield to.send(f"{view.path}/views", partial(saved.save, view), read)
    yield to.send(f"{view.path}/views/{{id}}", partial(saved.change, view), read)
    if view.resource.shared:
        return
    yield to.show(f"{view.path}/export", _on(view, export.send), read)
    yield to.send(f"{view.path}/bulk", partial(bulk.do, view), read)
    yield to.show(f"{view.path}/bulk", _on(view, bulk.edit), f"{view.name}:write")
    yield to.show(f"{view.path}/bulk/{{job}}", _on(view, bulk.progress), read)


def _on(
    view: View, handler: Callable[[View, Page], Awaitable[Answer]]
) -> Callable[[Page], Awaitable[Answer]]:
    return partial(handler, view)
