"""What an operation did, in a sentence that names what it was about."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from closum.model.change import MERGE, UPDATE
from closum.web import bins, done
from closum.web.deeds import About, File, Subject
from closum.web.locale import said
from closum.web.page import Page
from closum.web.views import View

MOST_NAMED = 4
"""Properties that a sentence names; of more it names one less, and how many others there are."""


def told(page: Page, operation: Mapping[str, Any], about: About | None) -> Markup:
    """`Moved Ana to the bin.`: of an operation as `done.read` has it, with what `deeds.of` found about it."""
    if about is None:
        return page.told(operation)
    if isinstance(about, File):
        return _of_import(page, operation, about)
    sentence = _of_record(page, operation, about)
    if not done.is_undo(operation) or not about.verb:
        return sentence
    return Markup("{} {}").format(page.words.redone if operation["redoes"] else page.words.undone, sentence)


def _of_import(page: Page, operation: Mapping[str, Any], file: File) -> Markup:
    name = _bold(page, f"/imports/{file.number}", file.name or page.words.file_unnamed)
    if operation["undoes"] is not None:
        return said(page.words("import_back" if operation["redoes"] else "import_off"), file=name)
    if not file.rows:
        return said(page.words.imported_file, file=name)
    what = page.locale.count("lead.n" if file.are_new else "rows", file.rows)
    return said(page.words.imported_from, what=what, file=name)


def _of_record(page: Page, operation: Mapping[str, Any], about: Subject) -> Markup:
    words, locale = page.words, page.locale
    view = page.site.views[about.name]
    called = (
        words.called(about.name, about.id, about.title)
        or f"{done.small(words(about.name))} {locale.number(about.id)}"
    )
    name = _bold(page, _path(view, about), called)
    if not about.verb:
        return Markup("{}: {}").format(name, page.told(operation))
    part = page.site.views[about.part] if about.part else view
    if about.verb == MERGE:
        merged = sum(one.get(MERGE, 0) for one in operation["counts"].values()) + 1
        return said(words.merged_into, what=locale.count(f"{about.name}.n", merged), name=name)
    if (own := f"named.{about.verb}.{part.name}") in words:
        return said(words(own), name=name)
    what = said(words.of_name, what=locale.count(f"{part.name}.n", 1), name=name) if about.part else name
    fields = _fields(page, part, about)
    if about.verb == UPDATE and fields and not about.part:
        return said(words.changed_of, what=fields, name=name)
    return said(words(_key(operation, about.verb, page)), what=what)


def _key(operation: Mapping[str, Any], verb: str, page: Page) -> str:
    undid = f"undid.{verb}"
    if done.is_undo(operation) and undid in page.words and not (operation["redoes"] and verb == UPDATE):
        return undid
    return f"done.{verb}"


def _path(view: View, about: Subject) -> str:
    """Where the record is: on its page, in the bin, or nowhere any more."""
    if about.is_there:
        return f"{view.path}/{about.id}"
    return bins.PATH if about.is_in_bin else ""


def _bold(page: Page, path: str, text: str) -> Markup:
    bold = Markup("<b>{}</b>").format(text)
    return Markup('<a href="{}{}">{}</a>').format(page.site.root_path, path, bold) if path else bold


def _fields(page: Page, view: View, about: Subject) -> Markup:
    """`stage, owner and city`."""
    nested = {one.name for one in view.resource.nested}
    names = [one.partition(".")[0] for one in about.properties]
    keys = [f"{view.name}.{one}" if one in nested else view.label(one) for one in names]
    labels = [*dict.fromkeys(done.small(page.words(one)) for one in keys)]
    if len(labels) > MOST_NAMED:
        left = len(labels) - MOST_NAMED + 1
        return Markup("{} {}").format(
            ", ".join(labels[: MOST_NAMED - 1]), page.locale.count("and_more", left)
        )
    return done.listed(labels, page.words)
