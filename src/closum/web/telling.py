"""What an operation did, in a sentence that names what it was about."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Protocol

from markupsafe import Markup

from closum.model.change import CREATE, MERGE, UPDATE
from closum.web import done, telephone
from closum.web.deeds import PLACE, About, File, Subject
from closum.web.locale import Locale, broken, said
from closum.web.site import Site
from closum.web.views import BIN, View
from closum.web.words import Words

MOST_NAMED = 4
"""Properties that a sentence names; of more it names one less, and how many others there are."""


class Page(Protocol):
    """What a sentence is for: that of `page`, which tells with it."""

    words: Words
    locale: Locale
    site: Site

    def told(self, operation: Mapping[str, Any]) -> Markup: ...


def told(page: Page, operation: Mapping[str, Any], about: About | None, *, own: bool = False) -> Markup:
    """`Moved Ana to the bin.`: of an operation as `done.read` has it, with what `deeds.of` found about it.

    To who has done it just now, its `own`: `Ana moved to the bin.`
    """
    if about is None:
        return page.told(operation)
    if isinstance(about, File):
        return _of_import(page, operation, about)
    sentence = _of_record(page, operation, about, own=own)
    if not done.is_undo(operation) or not about.verb:
        return sentence
    return Markup("{} {}").format(page.words.redone if operation["redoes"] else page.words.undone, sentence)


def named(page: Page, about: About | None, text: str) -> Markup:
    """`Ana: changed the stage.`; without a name the text alone."""
    if isinstance(about, Subject):
        return Markup("{}: {}.").format(_name(page, about), text)
    return said(f"{text[:1].upper()}{text[1:]}.")


def places(page: Page, operation: Mapping[str, Any]) -> Markup:
    """`“Fair” and “2027”`: what an operation put records on, as `placed.with_places` has it; empty where that is not known."""
    views, found = page.site.views, operation.get("places") or {}
    names = [
        said(page.words.quoted, name=_bold(page, f"{views[name].path}/{record_id}", title))
        for (name, record_id), title in found.items()
    ]
    return done.listed(names, page.words)


def _of_import(page: Page, operation: Mapping[str, Any], file: File) -> Markup:
    name = _bold(page, f"/imports/{file.number}", file.name or page.words.file_unnamed)
    if operation["undoes"] is not None:
        return said(page.words("import_back" if operation["redoes"] else "import_off"), file=name)
    if file.goes_on:
        return said(page.words.importing_file, file=name)
    if not file.rows:
        return said(page.words.imported_file, file=name)
    what = page.locale.count(f"{file.resource}.n" if file.are_new else "rows", file.rows)
    return said(page.words.imported_from, what=what, file=name)


def _name(page: Page, about: Subject) -> Markup:
    """What the record is called; one without a name by what it is and its number."""
    kind = done.small(page.words(about.name))
    path = _path(page.site.views[about.name], about)
    return _bold(page, path, about.title or f"{kind} {page.locale.number(about.id)}")


def _of_record(page: Page, operation: Mapping[str, Any], about: Subject, *, own: bool) -> Markup:
    words, locale, name = page.words, page.locale, _name(page, about)
    if not about.verb:
        return Markup("{}: {}").format(name, page.told(operation))
    part = page.site.views[about.part or about.name]
    if about.verb == MERGE:
        merged = sum(one.get(MERGE, 0) for one in operation["counts"].values()) + 1
        what = locale.count(f"{about.name}.n", merged)
        return said(words("did.merged_into" if own else "merged_into"), what=what, name=name)
    if about.entry and about.verb == CREATE:
        return _of_entry(page, part, about.entry, name)
    if (key := f"named.{about.verb}.{part.name}{about.turned}") in words:
        return said(words(f"{key}.on" if about.on else key), name=name, list=_on(page, about))
    what = said(words.of_name, what=locale.count(f"{part.name}.n", 1), name=name) if about.part else name
    fields = _fields(page, part, about.properties)
    if about.verb == UPDATE and about.properties == PLACE:
        return said(words("named.update.position"), name=what)
    if about.verb == UPDATE and fields and not about.part:
        return said(words.changed_of, what=fields, name=name)
    return said(words(_key(operation, about.verb, page, own=own)), what=what)


def _of_entry(page: Page, part: View, entry: tuple[str, str], name: Markup) -> Markup:
    """`Recorded the withdrawal of the consent of Ana (email).`"""
    (by, state), told = entry, part.resource.told
    label = page.words(f"{part.name}.{told.by}.{by}") if told else by
    return said(page.words(f"named.consent.{state}"), name=name, channel=label)


def _on(page: Page, about: Subject) -> Markup:
    """The list that a lead is on."""
    if about.on is None:
        return Markup()
    view, record_id, title = page.site.views[about.on.name], about.on.id, about.on.title
    return _bold(page, f"{view.path}/{record_id}", title)


def _key(operation: Mapping[str, Any], verb: str, page: Page, *, own: bool) -> str:
    undid = f"undid.{verb}"
    if done.is_undo(operation) and undid in page.words and not (operation["redoes"] and verb == UPDATE):
        return undid
    return f"did.{verb}" if own else f"done.{verb}"


def _path(view: View, about: Subject) -> str:
    """Where the record is: on its page, in the bin, or nowhere any more."""
    if about.has_page:
        return f"{view.path}/{about.id}"
    return BIN if about.is_in_bin else ""


def _bold(page: Page, path: str, text: str) -> Markup:
    bold = Markup("<b>{}</b>").format(broken(text))
    return Markup('<a href="{}{}">{}</a>').format(page.site.root_path, path, bold) if path else bold


def of_several(page: Page, operation: Mapping[str, Any]) -> Markup | None:
    """`Changed stage and owner of 3 leads.`: to who has just changed records of one kind, all of which the operation names."""
    if done.is_undo(operation) or len(operation["counts"] or ()) != 1:
        return None
    ((name, verbs),) = operation["counts"].items()
    changed = [one["properties"] or () for one in operation["records"] if one["resource"] == name]
    if verbs != {UPDATE: len(changed)}:
        return None
    fields = _fields(page, page.site.views[name], [*chain.from_iterable(changed)])
    what = page.locale.count(f"{name}.n", len(changed))
    return said(page.words.changed_of, what=fields, name=what) if fields else None


def _fields(page: Page, view: View, properties: Sequence[str]) -> Markup:
    """`stage, owner and city`: without what the product keeps with them, and a number with its prefix as one."""
    nested = {one.name for one in view.resource.nested}
    kept = {one.name for one in view.resource.fields if one.read_only}
    numbers = {prefix: one for one, prefix in telephone.prefixes(view.resource).items()}
    written = [numbers.get(one, one) for one in properties if one not in kept] or properties
    names = [one.partition(".")[0] for one in written]
    keys = [f"{view.name}.{one}" if one in nested else view.label(one) for one in names]
    labels = [*dict.fromkeys(done.small(page.words(one)) for one in keys)]
    if len(labels) > MOST_NAMED:
        left = len(labels) - MOST_NAMED + 1
        return Markup("{} {}").format(
            ", ".join(labels[: MOST_NAMED - 1]), page.locale.count("and_more", left)
        )
    return done.listed(labels, page.words)
