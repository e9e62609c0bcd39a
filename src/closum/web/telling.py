"""What an operation did, in a sentence that names what it was about."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Protocol

from markupsafe import Markup

from closum.model.change import CREATE, MERGE, UPDATE
from closum.web import did, done, telephone
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

    def counted(self, operation: Mapping[str, Any]) -> Markup: ...


def told(
    page: Page, operation: Mapping[str, Any], about: About | None, *, own: bool = False, listed: bool = False
) -> Markup:
    """`Moved Ana to the bin.`: of an operation as `done.read` has it, with what `deeds.of` found about it.

    To who has done it just now, its `own`: `Ana moved to the bin.` For how an undo is `listed`, see `labelled`.
    """
    if isinstance(about, File):
        return _of_import(page, operation, about)
    own = own and not done.is_undo(operation)
    if about and (text := _of_call(page, operation, about, own=own)):
        return text
    sentence = _of_record(page, operation, about, own=own) if about else page.counted(operation)
    return labelled(page, operation, sentence, listed=listed)


def labelled(page: Page, operation: Mapping[str, Any], sentence: Markup, *, listed: bool = False) -> Markup:
    """`Undone. Gave Ana the earlier values back.`: what an undo did, and that it is one; the sentence alone of anything else.

    Among others that may have been undone themselves it is `listed`: `Undo: gave Ana the earlier values back.`
    """
    if not done.is_undo(operation):
        return sentence
    words, redoes = page.words, operation["redoes"]
    if listed:
        return said(words.redo_did if redoes else words.undo_did, what=_lowered(sentence))
    return Markup("{} {}").format(words.redone if redoes else words.undone, sentence)


def who(page: Page, operation: Mapping[str, Any], users: Mapping[int, str]) -> str:
    """Who has done it, where users are called so, by id."""
    if user := operation["user"]:
        return users.get(user["id"]) or user["email"] or page.words.former_user
    if key := operation.get("key"):
        return page.words.by_key.format(name=key["name"] or key["id"])
    return page.words.by_server


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


def _lowered(sentence: Markup) -> Markup:
    """Behind a colon."""
    return sentence[:1].lower() + sentence[1:]


def _of_call(page: Page, operation: Mapping[str, Any], about: Subject, *, own: bool) -> Markup:
    """`Ana: noted a call, changed the stage.`: of what is done on the page of a lead; `Ana: undid note and stage.` of its undo.
    Nothing of anything else.
    """
    words, name = page.words, _name(page, about)
    if operation["undoes"] is None:
        is_plain = {one.verb for one in about.steps} == {UPDATE} and not own
        text = "" if is_plain else ", ".join(words(one) for one in did.keys(about.steps))
        return Markup("{}: {}.").format(name, text) if text else Markup()
    if about.verb or not done.is_undo(operation):
        return Markup()
    key = "did_again_of" if operation["redoes"] else "undid_of"
    return said(words(key), name=name, what=done.listed([*_parts(page, about)], words))


def _parts(page: Page, about: Subject) -> Iterator[Markup]:
    """`note`, `stage`: what was done to a record, and to what belongs to it."""
    for one in about.steps:
        view = page.site.views[one.resource]
        fields = _fields(page, view, one.properties) if one.resource == about.name else Markup()
        yield fields or said(done.small(page.words(view.name)))


def _of_record(page: Page, operation: Mapping[str, Any], about: Subject, *, own: bool) -> Markup:
    words, locale, name = page.words, page.locale, _name(page, about)
    if not about.verb:
        return Markup("{}: {}").format(name, _lowered(page.counted(operation)))
    part = page.site.views[about.part or about.name]
    if about.verb == MERGE:
        merged = sum(one.get(MERGE, 0) for one in operation["counts"].values()) + 1
        what = locale.count(f"{about.name}.n", merged)
        return said(words("did.merged_into" if own else "merged_into"), what=what, name=name)
    if about.entry and about.verb == CREATE:
        return _of_entry(page, part, about.entry, name)
    if (key := f"named.{about.verb}.{part.name}{about.turned}") in words:
        return said(words(f"{key}.on" if about.on else key), name=name, list=_on(page, about))
    key = done.key_of(operation, about.verb)
    if about.part:
        one = f"one.{part.name}"
        what = said(words(one)) if one in words else locale.count(f"{part.name}.n", 1)
        return said(words(key), what=said(words.of_name, what=what, name=name))
    if about.properties == PLACE:
        return said(words("named.update.position"), name=name)
    if about.properties and key == f"done.{UPDATE}":
        return said(words.changed_of, what=_fields(page, part, about.properties), name=name)
    return said(words(f"did.{about.verb}" if own else key), what=name)


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
