"""Forms of records: shown, and saved by the rules of the API; nothing that somebody else wrote meanwhile is overwritten."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from closum.errors import RULES, Changed, Invalid, NotFound
from closum.http.answer import Answer
from closum.model.relations import Row
from closum.operations.idempotent import HEADER
from closum.resources.lead import LEAD
from closum.web.entry import is_own_path
from closum.web.forms import EMPTY, Form
from closum.web.locale import said
from closum.web.page import SAME, Page
from closum.web.records import alike, calling_code, extra, form_reading, inputs, once, reading, show, writing
from closum.web.records.faults import Fault, Teller, flat
from closum.web.records.form_reading import FIND, FOUND, Read
from closum.web.records.form_shown import Maker, lines
from closum.web.records.inputs import CHOOSE, THEIRS, WAS, Made, Texts
from closum.web.records.show import Card
from closum.web.views import View

TAG, BACK = "tag", "back"
ADD, DROP, SEARCH = "add", "drop", "search"
Save = Callable[[Page, Form, Texts, Made, Row], Awaitable[Answer]]
"""Saves a form: what is in its inputs, the body that they make, and the record as it is."""
_REDONE = (ADD, DROP, SEARCH)
"""Buttons that show the form again, and save nothing."""


class Forms:
    """The forms of one resource."""

    def __init__(self, view: View) -> None:
        self._view, self._resource = view, view.resource

    async def new(self, page: Page) -> Answer:
        texts = inputs.initial(self._resource)
        texts |= {name: value for name, value in page.given.items() if name in texts}
        given = Form([*page.given.items()])
        found = await self._read(page, None, texts, given, False)
        self._require(texts, found)
        return self._shown(page, None, texts, given, found)

    def _require(self, texts: Texts, found: Read) -> None:
        """Raises NotFound where an address names a record that is not there."""
        for name, choices in found.choices.items():
            ids = filter(None, texts.get(name, "").split(","))
            if not {*ids} <= {str(one) for one in choices.titles}:
                raise NotFound

    async def edit(self, page: Page) -> Answer:
        record_id = page.request.record_id
        given = Form([*page.given.items()])
        found = await self._read(page, record_id, {}, given, False)
        texts = inputs.stored(self._resource, found.row or {}, page.locale)
        return self._shown(page, record_id, texts, given, found)

    async def create(self, page: Page, form: Form) -> Answer:
        texts = inputs.sent(self._resource, form)
        if redone := self._redone(texts, form):
            return await self._show(page, None, redone, form)
        made = inputs.body(
            self._resource, texts, inputs.touched(self._resource, texts, ""), None, page.locale
        )
        wanted = writing.draft(self._resource, made.body, _documents(made.faults))
        try:
            saved = await page.write(writing.create, once.key(page, form), self._resource, wanted)
        except Invalid as error:
            faults = await self._told(page, error, made.faults, texts)
            again = form.without(once.FIELD) if HEADER in error.faults else form
            return await self._show(page, None, texts, again, faults, status=422)
        return page.to(back(form, f"{self._view.path}/{saved.id}"), saved.operation, saying=SAME)

    async def update(self, page: Page, form: Form) -> Answer:
        """Change the properties that a form has which somebody touched; a small form has a few of them."""
        return await self.changed(page, form, f"{self._view.path}/{page.request.record_id}", self._save)

    async def changed(self, page: Page, form: Form, action: str, save: Save) -> Answer:
        """Likewise, by what saves it; `action` is the path that the form is sent to."""
        record_id = page.request.record_id
        present = await page.read(reading.row, self._resource, record_id)
        theirs = inputs.stored(self._resource, present, page.locale)
        sent = inputs.sent(self._resource, form)
        texts, before = theirs | sent, inputs.before(self._resource, theirs, form(WAS))
        form = form.having(WAS, before)
        if redone := self._redone(texts, form):
            return await self._show(page, record_id, redone, form)
        changed = {*inputs.touched(self._resource, theirs, before)}
        touched = inputs.touched(self._resource, sent, before)
        touched = [one for one in touched if form(f"{CHOOSE}{one}") != THEIRS]
        tag = reading.tag(self._resource, present)
        both = [one for one in touched if one in changed and self._differ(one, sent, theirs)]
        if both and (form(TAG) != tag or any(f"{CHOOSE}{one}" not in form for one in both)):
            return await self._ask(page, form, texts, present, both, action)
        made = inputs.body(self._resource, sent, touched, present, page.locale)
        return await save(page, form, texts, made, present)

    async def _save(self, page: Page, form: Form, texts: Texts, made: Made, present: Row) -> Answer:
        record_id = page.request.record_id
        wanted = writing.draft(self._resource, made.body, _documents(made.faults))
        seen = frozenset({reading.tag(self._resource, present)})
        try:
            operation = await page.write(writing.update, self._resource, record_id, wanted, seen)
        except Invalid as error:
            faults = await self._told(page, error, made.faults, texts)
            return await self._show(page, record_id, texts, form, faults, status=422)
        except Changed:
            return await self.update(page, form)
        return page.to(back(form, f"{self._view.path}/{record_id}"), operation, saying=SAME)

    def _differ(self, group: str, texts: Texts, theirs: Texts) -> bool:
        return any(
            one.name in texts and texts[one.name] != theirs.get(one.name, "")
            for one in inputs.groups(self._resource)[group]
        )

    async def _ask(
        self, page: Page, form: Form, texts: Texts, present: Row, both: Sequence[str], action: str
    ) -> Answer:
        """The page that shows both values of what two people have changed, to choose from."""
        record_id = page.request.record_id
        theirs = inputs.stored(self._resource, present, page.locale)
        found = await self._read(page, record_id, texts, form, False)
        is_own = await page.read(reading.is_by, self._resource, present, page.session.user_id)
        mine, other = (Maker(page, self._view, found, one, {}) for one in (texts, theirs))
        asked = inputs.groups(self._resource)
        choices = [
            (
                f"{CHOOSE}{group}",
                mine.label(asked[group][-1]),
                other.together(asked[group]),
                mine.together(asked[group]),
            )
            for group in both
        ]
        tag, names = reading.tag(self._resource, present), [name for name, *_ in choices]
        kept = [(name, value) for name, value in form if name not in ("_token", TAG, *names)]
        was_asked = form(TAG) == tag
        return page.show(
            "changed.html",
            422 if was_asked else 409,
            faults_of={one: page.words.choose_value for one in names if was_asked and one not in form},
            chosen=[one for one in names if was_asked and one in form],
            view=self._view,
            path=f"{self._view.path}/{record_id}",
            title=show.title_of(self._view, present, page.words, found.chosen(self._resource)),
            action=action,
            told=page.words.changed_own if is_own else page.words.changed_p,
            choices=choices,
            kept=[*kept, (TAG, tag)],
        )

    def _redone(self, texts: Texts, form: Form) -> dict[str, str] | None:
        """The form with a row more, or less; None where it should be saved."""
        if not _is_redone(form):
            return None
        made = dict(texts)
        for name, text in texts.items():
            rows = extra.parsed(text)
            if rows is not None and form(ADD) == name:
                made[name] = extra.canonical([*rows, extra.Row()])
            elif rows is not None and form(DROP).startswith(f"{name}."):
                place = form(DROP).removeprefix(f"{name}.")
                made[name] = extra.canonical(row for at, row in enumerate(rows) if str(at) != place)
        return made

    async def _told(
        self, page: Page, error: Invalid, rows: Mapping[str, str], texts: Texts
    ) -> dict[str, str]:
        """The text of each fault by the name of its input."""
        tell = Teller(page.words, page.locale, self._view, texts)
        wrong = _documents(rows)
        found = {one.name: tell.text(one) for one in flat(error.faults) if one.name not in wrong}
        if error.taken_by and self._resource.unique and page.may(f"{self._view.name}:read"):
            found[self._resource.unique.field] = await self._taken(page, error.taken_by)
        return found | {name: page.words(key) for name, key in rows.items()}

    async def _taken(self, page: Page, record_id: int) -> str:
        """Which record has the value already; that there is one, where it has gone meanwhile."""
        try:
            row = await page.read(reading.row, self._resource, record_id)
        except NotFound:
            return page.words("rule._isUnique")
        title = show.title_of(self._view, row, page.words, {})
        record = page.in_tab(f"{self._view.path}/{record_id}", title)
        return said(page.words("rule.taken_by"), record=record)

    async def _read(
        self, page: Page, record_id: int | None, texts: Texts, form: Form, with_notices: bool
    ) -> Read:
        of = (page.words, self._resource, record_id, texts, form, with_notices)
        return await page.read(form_reading.read, *of)

    async def _show(
        self,
        page: Page,
        record_id: int | None,
        texts: Texts,
        form: Form = EMPTY,
        faults: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Answer:
        looks = (bool(faults) or _is_redone(form)) and page.may(alike.READS)
        found = await self._read(page, record_id, texts, form, looks)
        return self._shown(page, record_id, texts, form, found, faults or {}, status)

    def _shown(
        self,
        page: Page,
        record_id: int | None,
        texts: Texts,
        form: Form,
        found: Read,
        faults: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Answer:
        maker = Maker(page, self._view, found, texts, faults or {})
        path = self._view.path if record_id is None else f"{self._view.path}/{record_id}"
        behind = back(form, path if record_id or self._view.place else self._parent(page, texts))
        groups, documents = maker.groups(), maker.documents()
        return page.show(
            "form.html",
            status,
            view=self._view,
            action=path,
            back=behind,
            back_title=self._back_title(page, found, behind == path),
            is_back_given=bool(form(BACK)),
            title=self._title(page, found),
            lines=lines(one for one in groups if not self._is_touch(one[0].name)),
            touches=lines(one for one in groups if self._is_touch(one[0].name)),
            documents=documents,
            summary=summary(groups, documents, faults or {}),
            rule=self._rule(page, faults or {}),
            showing=self._showing(page, record_id, found),
            alike=alike.lines(page, found.alike),
            hint=alike.PATH if self._is_hinted(page, record_id) else "",
            compared=alike.FIELDS,
            coding=calling_code.PATH,
            record_id=record_id or 0,
            carried=self._carried(record_id, texts, form, found),
            find=FIND,
            found=FOUND,
        )

    def _is_hinted(self, page: Page, record_id: int | None) -> bool:
        """Whether a new record is compared with those that are there while somebody writes it."""
        return self._resource is LEAD and record_id is None and page.may(alike.READS)

    def _title(self, page: Page, found: Read) -> Markup:
        if found.row is None:
            return said(page.words(f"{self._view.name}.new"))
        own = page.words(self._view.name).lower() if self._resource.parents else ""
        named = found.chosen(self._resource)
        what = own or show.title_of(self._view, found.row, page.words, named)
        return said(page.words.edit_what, what=what)

    def _back_title(self, page: Page, found: Read, is_own: bool) -> str:
        """What the page is called that one goes back to: that of the record or of the list, else any."""
        if not is_own:
            return page.words.back
        if found.row is None:
            return page.words(self._resource.plural)
        return show.title_of(self._view, found.row, page.words, found.chosen(self._resource))

    def _parent(self, page: Page, texts: Texts) -> str:
        """The page of what a new record belongs to, which is in no list of its own."""
        for one in self._resource.parents:
            number = texts.get(one.name, "")
            if number.isascii() and number.isdigit():
                return f"{page.site.views[one.resource.name].path}/{number}"
        return "/"

    def _is_touch(self, name: str) -> bool:
        """Whether it says where a record came from, and seldom is typed."""
        touch = self._resource.touch
        return touch is not None and name in touch.columns and name != touch.first[0]

    def _carried(self, record_id: int | None, texts: Texts, form: Form, found: Read) -> list[tuple[str, str]]:
        """Hidden fields: what was in the form before anybody typed, and which state of the record that was."""
        own = [(BACK, form(BACK))] if form(BACK) else []
        if record_id is None:
            return [*own, (once.FIELD, form(once.FIELD) or once.made())]
        tag, was = form(TAG) or found.tag, form(WAS) or inputs.was(self._resource, texts)
        return [*own, (TAG, tag), (WAS, was)]

    def _showing(self, page: Page, record_id: int | None, found: Read) -> list[tuple[Markup, Card]]:
        """The records that change with this one, with a sentence of how many."""
        return [
            (show.all_change(page, one), show.card(page, self._view, record_id or 0, one, found.named))
            for one in found.showing
            if show.is_shown_by(one)
        ]

    def _rule(self, page: Page, faults: Mapping[str, str]) -> str:
        """The sentence over the form of what needs one of several properties; "" where a fault says it."""
        if not self._resource.at_least_one:
            return ""
        message = RULES["_atLeastOne"].format(names=", ".join(self._resource.at_least_one))
        rule = Teller(page.words, page.locale, self._view).text(Fault("", "_atLeastOne", message))
        return "" if rule in faults.values() else rule


def _is_redone(form: Form) -> bool:
    """Whether a button shows the form again, or a text was typed to search for, and nobody has seen what it finds."""
    sought = ((name.removesuffix(FIND), text) for name, text in form if name.endswith(FIND))
    return any(one in form for one in _REDONE) or any(text != form(f"{name}{FOUND}") for name, text in sought)


def summary(
    groups: Sequence[Sequence[Any]], documents: Sequence[Any], faults: Mapping[str, str]
) -> list[tuple[str, str | Markup]]:
    """The faults as links: the name of the input, and its label; the text itself where there is no input."""
    labels = {one.name: one.label for some in groups for one in some}
    for one in documents:
        labels[one.name] = one.label
        for place, row in enumerate(one.rows or ()):
            labels |= {f"{one.name}.{place}.{part}": row.name or one.label for part in ("name", "value")}
    firsts = {some[0].name.partition(".")[0]: some[-1].name for some in groups if len(some) > 1}
    found = []
    for name, text in faults.items():
        target = firsts.get(name, name)
        found.append((target, labels[target]) if target in labels else ("main", text))
    return found


def back(form: Form, otherwise: str) -> str:
    """Where one goes from a form: to a path of this server."""
    return form(BACK) if is_own_path(form(BACK)) else otherwise


def _documents(faults: Mapping[str, str]) -> set[str]:
    """The documents of which rows are faulty."""
    return {name.split(".")[0] for name in faults}
