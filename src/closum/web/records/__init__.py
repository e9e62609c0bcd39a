"""The page of one record of every resource, its form and its history; undo, and how far background work is.

app and the layers above may import it. Begin with show.py.
"""

from collections.abc import Iterator

from closum.http.route import Route
from closum.model.fields import Document
from closum.operations.edit import children_of
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.lead import LEAD
from closum.web.records import (
    alike,
    call,
    calling_code,
    data,
    gone,
    jobs,
    merge,
    others,
    past_page,
    put_on,
    show,
    undo,
)
from closum.web.records.form import Forms
from closum.web.table import Table
from closum.web.views import View


def routes(to: Table) -> list[Route]:
    return [
        to.send(alike.PATH, alike.shown, alike.WRITES),
        to.send(calling_code.PATH, calling_code.shown, calling_code.WRITES),
        *(route for view in to.site.views.values() for route in _of(to, view)),
        to.send("/undo/{id}", undo.undo, "operation:write"),
        to.show("/undo/{id}", undo.show, "operation:read"),
        to.send("/undo/{id}/choice", undo.put, "operation:write"),
        to.show("/jobs/{id}", jobs.show, "job:read"),
        to.send("/jobs/{id}/stop", jobs.stop, "operation:write"),
    ]


def _of(to: Table, view: View) -> Iterator[Route]:
    """The routes of the verbs that a resource has."""
    verbs, path, forms = view.resource.verbs, view.path, Forms(view)
    reads, writes = f"{view.name}:read", f"{view.name}:write"
    yield to.show(f"{path}/{{id}}", gone.shown(view, show.shown(view)), reads)
    if not view.resource.shared:
        yield to.show(f"{path}/{{id}}/history", gone.shown(view, past_page.shown(view)), reads)
    if "create" in verbs:
        yield to.show(f"{path}/new", forms.new, writes)
        yield to.send(path, forms.create, writes)
    if "update" in verbs:
        yield from _of_changes(to, view, forms)
    if "delete" in verbs:
        yield to.send(f"{path}/{{id}}/delete", gone.sent(view, gone.deleted(view)), writes)
    for child, parent in children_of(view.resource):
        other = to.site.views[child.name]
        if not other.place:
            listed = others.shown(view, other, parent.name)
            yield to.show(f"{path}/{{id}}{other.path}", gone.shown(view, listed), f"{child.name}:read")
    if view.resource is AUDIENCE_LIST:
        yield to.show(f"{path}/{{id}}/{put_on.PATH}", gone.shown(view, put_on.show), put_on.WRITES)
    if view.resource is LEAD:
        yield to.show(f"{path}/{{id}}/merge", gone.shown(view, merge.show), writes)
        yield to.send(f"{path}/{{id}}/{call.PATH}", gone.sent(view, call.Calls(view).send), writes)


def _of_changes(to: Table, view: View, forms: Forms) -> Iterator[Route]:
    path, writes = view.path, f"{view.name}:write"
    yield to.show(f"{path}/{{id}}/edit", gone.shown(view, forms.edit), writes)
    yield to.send(f"{path}/{{id}}", gone.sent(view, forms.update), writes)
    if any(isinstance(one, Document) for one in view.resource.writable):
        documents = data.Data(view)
        yield to.show(f"{path}/{{id}}/data", gone.shown(view, documents.show), writes)
        yield to.send(f"{path}/{{id}}/data", gone.sent(view, documents.save), writes)
