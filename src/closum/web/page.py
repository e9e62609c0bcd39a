"""One request for a page on its way: who asks, in which language, and what its answer is made of."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from markupsafe import Markup

from closum.accounts.sessions import Session
from closum.errors import Invalid, fault
from closum.http.answer import Answer, Headers, url_of
from closum.http.file import joined
from closum.http.request import Request
from closum.http.route import PUBLIC
from closum.http.security import Transport, transport_of
from closum.model.change import PAGE
from closum.model.resource import Resource
from closum.model.text import is_unicode
from closum.operations.guarded import Caller
from closum.store import counts
from closum.store.unit import Unit, timestamp
from closum.web import cookies, done, languages, once, shell, telling
from closum.web.cookies import OF_DONE, OF_FORM, OF_ONCE
from closum.web.entry import VISITOR, CrossSite, Visitor
from closum.web.forms import KEPT, TOKEN, Form, Kept
from closum.web.locale import Locale, broken
from closum.web.shell import Shell
from closum.web.sign_in import SomebodyElse
from closum.web.site import Site
from closum.web.views import View
from closum.web.words import Words

T = TypeVar("T")

SAVED, SAME, MERGE_FEW = "saved", "same_already", "merge_few"
"""What the next page tells where there is no operation to tell of: keys of texts."""


class Page:
    """`session` is that of who asks, for pages behind a permission. Everything is read by `read`, and shown by `show`.

    A form that `is_kept` writes nothing, and is shown again.
    """

    def __init__(self, request: Request, site: Site) -> None:
        self.request, self.site = request, site
        self._visitor: Visitor | None = request.scope[VISITOR]
        session = self._visitor.session if self._visitor else None
        self._speak(session.account_language if session else None)
        self._shell: Shell | None = None
        self._first: Shell | None = None
        self._headers: Headers = []
        self.is_kept, self._odd = False, frozenset[str]()

    def _speak(self, company: str | None) -> None:
        session = self._visitor.session if self._visitor else None
        self.language = languages.chosen(self.request.scope, session.language if session else None, company)
        self.locale: Locale = self.site.locale(self.language, session.zone if session else "UTC")
        self.words: Words = self.site.words[self.language]

    def invite(self, company: str) -> None:
        """Speak to a visitor in the language of a company, unless the browser has chosen one."""
        if not self.is_signed_in:
            self._speak(company)

    @property
    def session(self) -> Session:
        assert self._visitor is not None
        return self._visitor.session

    @property
    def is_signed_in(self) -> bool:
        return self._visitor is not None

    @property
    def is_local(self) -> bool:
        """Whether the server was asked by an address that only its own machine has."""
        return transport_of(self.request.scope) is Transport.LOOPBACK

    @property
    def is_part(self) -> bool:
        """Whether a script asks for what is in the middle of the page alone."""
        headers = self.request.headers
        return b"hx-request" in headers and b"hx-history-restore-request" not in headers

    def url(self, path: str) -> str:
        """The address of a page of this server as the browser knows it."""
        scope = self.request.scope
        host = joined(scope["headers"], b"host")
        return f"{scope['scheme']}://{host}{self.site.root_path}{path}"

    @cached_property
    def given(self) -> Mapping[str, str]:
        """The last value of each name in the query string, without those that are no text: nobody can type them."""
        return {
            name: value
            for name, value in self.request.pairs
            if is_unicode(f"{name}{value}") and "\0" not in f"{name}{value}"
        }

    @property
    def again(self) -> str:
        """The path and the query of the request."""
        return self.site.within(url_of(self.request.scope))

    @property
    def now(self) -> str:
        """As times are stored."""
        return timestamp(int(self.request.db.clock()))

    @property
    def caller(self) -> Caller:
        """Who writes."""
        return self.request.caller._replace(cause=PAGE)

    def may(self, needs: str) -> bool:
        """Whether the user has a permission."""
        return self._visitor is not None and self._visitor.identity.allows(needs)

    def require(self, needs: str) -> None:
        """Raises Forbidden for a user who lacks a permission."""
        if needs != PUBLIC and self._visitor:
            self._visitor.identity.require(needs)

    async def read(
        self, function: Callable[..., T], *args: Any, long: bool = False, one_moment: bool = False
    ) -> T:
        """`function(unit, *args)` of the user's account, and in the same read what is round every page."""
        of = (self.site.views, self.words, self._done, self.request.services.kept_days)
        found: T
        found, self._shell = await self.request.db.read(
            _with_shell,
            of,
            function,
            args,
            long=long,
            one_moment=one_moment,
            account_id=self.session.account_id,
        )
        self._first = self._first or self._shell
        return found

    async def write(self, function: Callable[..., T], *args: Any) -> T:
        """`function(unit, caller, *args)` in a transaction of the user's account: those of `guarded` are meant."""
        return await self._write(self.session.account_id, function, *args)

    async def write_shared(self, function: Callable[..., T], *args: Any) -> T:
        """Likewise, for tables that all accounts share, such as that of users: `guarded.do_shared` is meant."""
        return await self._write(None, function, *args)

    async def _write(self, account_id: int | None, function: Callable[..., T], *args: Any) -> T:
        self.check_writable()
        return await self.request.db.write(account_id, function, self.caller, *args)

    def answered(self, answer: Answer) -> Answer:
        """An answer to a form; one that was kept is shown again, and has no faults."""
        is_shown = self.is_kept and answer.status == Kept.status
        return answer._replace(status=200) if is_shown else answer

    def check_writable(self) -> None:
        """Raises Kept for a form that was kept while its sender signed in, and Invalid for one with characters that no database
        takes: `write` does so by itself.
        """
        if self.is_kept:
            raise Kept
        if self._odd:
            raise Invalid({name: fault("_control", code="U+0000") for name in self._odd})

    def check(self, form: Form, *, is_public: bool = False) -> None:
        """Raises CrossSite for a form that is not of a page of this session, or visit; a public one may be of either.

        A form that was kept while its sender signed in writes nothing: it is shown again.
        """
        own = [self._visitor.text] if self._visitor else []
        own += [OF_FORM.read(self.request.scope)] if is_public or not own else []
        if not any(text and self.site.is_token(text, form(TOKEN)) for text in own):
            raise CrossSite
        self._take(form, KEPT in form)

    def _take(self, form: Form, is_kept: bool) -> None:
        self.is_kept, self._odd = is_kept, form.odd

    def check_or_keep(self, form: Form) -> None:
        """Likewise, but takes a form for kept that a page of this server sent, by the word of the browser: its sender has signed
        in again since it was opened. Raises SomebodyElse where another user has.
        """
        try:
            self.check(form)
        except CrossSite:
            user = self.site.user_of(form(TOKEN))
            if not user or joined(self.request.scope["headers"], b"sec-fetch-site") != "same-origin":
                raise
            if user != str(self.session.user_id):
                raise SomebodyElse(form) from None
            self._take(form, is_kept=True)

    @property
    def token(self) -> str:
        """What the forms of the page carry."""
        return self.site.token(self._visit, self.session.user_id if self._visitor else 0)

    def count(self, name: str) -> int:
        """How many records of a resource the account has, once something was read."""
        return self._shell.counts.get(name, 0) if self._shell else 0

    @property
    def pairs(self) -> str:
        """How many pairs of possible duplicates there are, for people; "" for none."""
        number = self.count(counts.DUPLICATE)
        more = "+" if number > counts.MOST_PAIRS else ""
        return f"{self.locale.number(min(number, counts.MOST_PAIRS))}{more}" if number else ""

    @property
    def last(self) -> Mapping[str, int]:
        """The last ids that were given, and the position of the history, before anything that the page shows was read."""
        return self._first.last if self._first else {}

    def told(self, operation: Mapping[str, Any]) -> Markup:
        """What an operation did, in a sentence that names no record."""
        return telling.told(self, operation, None)

    def counted(self, operation: Mapping[str, Any]) -> Markup:
        """To how many records it did what, without what goes with these."""
        counts = operation["counts"] and done.by_itself(operation["counts"], self._resources)
        return self._counted({**operation, "counts": counts})

    def _counted(self, operation: Mapping[str, Any], *, own: bool = False) -> Markup:
        of = (operation, self.words, self.locale, [*self.site.views])
        return done.told(*of, own=own, places=telling.places(self, operation))

    def is_undo(self, operation: Mapping[str, Any]) -> bool:
        """Whether an operation is told as an undo."""
        return done.is_undo(operation)

    def brings_back(self, operation: Mapping[str, Any]) -> bool:
        """Whether the undo of an operation is told as bringing back."""
        return done.brings_back(operation)

    def did(self, operation: Mapping[str, Any]) -> Markup:
        """The same to who has done it just now, who knows what goes with it; of what the page before was left with by its name."""
        if about := operation.get("about"):
            return telling.told(self, operation, about, own=True)
        counts = operation["counts"] and done.meant(operation["counts"], self._resources)
        meant = {**operation, "counts": counts}
        if of_several := telling.of_several(self, meant):
            return of_several
        return telling.labelled(self, operation, self._counted(meant, own=True))

    @property
    def _resources(self) -> Mapping[str, Resource]:
        return {name: view.resource for name, view in self.site.views.items()}

    @property
    def _visit(self) -> str:
        """The text that tokens of forms are made of: the session's, else that of a cookie, which is set where there is none."""
        if self._visitor:
            return self._visitor.text
        text, headers = cookies.visit(self.request.scope)
        self._headers += headers
        return text

    @property
    def _done(self) -> int | None:
        """The operation that the page before was left with."""
        text = OF_DONE.read(self.request.scope)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    @property
    def saying(self) -> str:
        """What the page before was left with that is no operation, "" for nothing."""
        text = OF_DONE.read(self.request.scope)
        if text in (SAVED, SAME, MERGE_FEW):
            return self.words(text)
        found = once.opened(self.site.key, self._visit, text, OF_DONE.name, self.request.db.clock())
        return Markup(found.get("text", ""))  # noqa: S704 - sealed by `telling`

    def show(
        self, template: str, status: int = 200, headers: Sequence[tuple[bytes, bytes]] = (), **context: Any
    ) -> Answer:
        """The page."""
        token = self.token  # may set a cookie
        is_told = bool(OF_DONE.read(self.request.scope) and self._shell)
        own = [*self._headers, *([OF_DONE.set(self.request.scope, "", 0)] if is_told else []), *headers]
        return self.site.page(
            template, self.request.scope, {**self._context(), "token": token, **context}, status, own
        )

    def _context(self) -> Mapping[str, Any]:
        return {
            "l": self.locale,
            "theme": self.session.theme if self._visitor else "",
            "page": self,
            "user": self.session if self._visitor else None,
            "shell": self._shell,
            "views": self.site.views,
            "layout": "part.html" if self.is_part else "base.html",
        }

    def in_tab(self, path: str, text: str) -> Markup:
        """A link out of a form to a page that is opened beside it: what is typed stays."""
        link = Markup('<a href="{}{}" target="_blank">{}<span class="hide"> ({})</span></a>')
        return link.format(self.site.root_path, path, broken(text), self.words.new_tab)

    @cached_property
    def once(self) -> Mapping[str, Any]:
        """What the form before left for this page, to be shown this once: empty where it left nothing."""
        found = self.left_for(self.again)
        if found:
            self._headers.append(OF_ONCE.set(self.request.scope, "", 0))
        return found

    def left_for(self, path: str) -> Mapping[str, Any]:
        """What a form left for the page at a path, which may show it until its time is over: empty where it left nothing."""
        text = OF_ONCE.read(self.request.scope)
        of = (self.site.key, self._visit, text, path, self.request.db.clock())
        return once.opened(*of) if text else {}

    def carried(self, path: str, text: str) -> Mapping[str, Any]:
        """What a form to a path carries, sealed by `carrying`, for as long as its page is open; empty for anything else."""
        return once.opened(self.site.key, self._visit, text, path, 0)

    def carrying(self, path: str, **values: Any) -> str:
        """Values for a form to a path that nobody can read or change."""
        return once.closed(self.site.key, self._visit, path, values, self.request.db.clock())

    def to_once(self, path: str, **values: Any) -> Answer:
        """On to another page by a GET, which alone shows these values, and shows them once: see `once`."""
        made = once.closed(self.site.key, self._visit, path, values, self.request.db.clock())
        return self.to(path, headers=[OF_ONCE.set(self.request.scope, made, once.SECONDS)])

    def telling(self, done: int | str | None) -> Headers:
        """What has the next page tell of an operation, a text by its key, or a sentence, which is sealed; of None nothing."""
        if isinstance(done, Markup):
            of = (self.site.key, self._visit, OF_DONE.name, {"text": done})
            done = once.closed(*of, self.request.db.clock())
        return [] if done is None else [OF_DONE.set(self.request.scope, str(done), once.SECONDS)]

    def to(
        self,
        path: str,
        operation: int | None = None,
        headers: Headers | None = None,
        *,
        saying: str = "",
    ) -> Answer:
        """On to another page by a GET; it tells of what an operation did, and offers to undo it.

        Where there is no operation it tells what `saying` is, or is the key of.
        """
        own = [*(headers or []), *self.telling(operation or saying or None)]
        target = f"{self.site.root_path}{self.site.within(path)}".encode()
        if b"hx-boosted" in self.request.headers:  # a script has sent the form, and the whole page goes on
            return Answer(204, b"", [(b"hx-redirect", target), *own], is_json=False)
        return Answer(303, b"", [(b"location", target), *own], is_json=False)


def _with_shell(
    unit: Unit,
    of: tuple[Mapping[str, View], Words, int | None, int],
    function: Callable[..., T],
    args: tuple[Any, ...],
) -> tuple[T, Shell]:
    around = shell.read(unit, *of)
    return function(unit, *args), around
