"""What all pages share: templates, words, the files that browsers keep, and what refuses a request."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from closum.accounts import sessions
from closum.errors import Error, Forbidden, LinkEnded, NotAuthor, Retryable, WorkRunning
from closum.http import coding
from closum.http.answer import HTML, Answer, Headers, url_of
from closum.http.request import Scope
from closum.model.resource import Resource
from closum.web import languages
from closum.web.assets import Assets
from closum.web.forms import SECRETS
from closum.web.help import reading
from closum.web.locale import Locale, locale_of
from closum.web.templates import environments
from closum.web.views import View, views
from closum.web.words import Words, load, sayings

_HEADERS: Headers = [
    (b"content-type", HTML.encode()),
    (b"vary", b"Cookie, HX-Request, Accept-Language, " + coding.VARY),
]
SERVER_FAULT = 500
_OF_USER = "_"
_KINDS = {404: "not_found", 413: "too_large"}


class Site:
    """`key` is the signing key; `more_words` are the texts of resources that are not the product's own, by language and key."""

    def __init__(
        self,
        root_path: str,
        key: bytes,
        resources: Sequence[Resource],
        more_words: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.root_path, self.key = root_path, key
        self.assets = Assets(root_path)
        self.views: Mapping[str, View] = views(resources)
        self.words: Mapping[str, Words] = load(
            more_words, (key for one in self.views.values() for key in one.keys)
        )
        self.said = sayings(self.words)
        self.helps = reading.load(root_path)
        self._templates = environments(root_path, self.assets, self.words, self.helps)

    def token(self, text: str, user_id: int = 0) -> str:
        """What a form of the session with this text, or of this visit, carries; that of a session names its user."""
        return sessions.csrf(self.key, text) + (f"{_OF_USER}{user_id}" if user_id else "")

    def is_token(self, text: str, given: str) -> bool:
        return sessions.is_csrf(self.key, text, given.partition(_OF_USER)[0])

    def user_of(self, given: str) -> str:
        """The id of the user whose page a form with this token is of, in whichever session; "" for nobody's."""
        return given.partition(_OF_USER)[2]

    def is_by(self, given: str, user_id: int) -> bool:
        return self.user_of(given) == str(user_id)

    def within(self, path: str) -> str:
        """A path of this server without what it is served below."""
        return path.removeprefix(self.root_path) if path.startswith(f"{self.root_path}/") else path

    def locale(self, language: str, zone: str) -> Locale:
        return locale_of(language, zone, self.words)

    def page(
        self,
        template: str,
        scope: Scope,
        context: Mapping[str, Any],
        status: int = 200,
        headers: Headers | None = None,
    ) -> Answer:
        """A page, or where a script asks for a part of one the part; in the language of the locale `l`."""
        templates = self._templates[context["l"].language]
        text = templates.get_template(template).render(context)
        body, packing = coding.coded(text.encode(), scope["headers"])
        return Answer(status, body, [*_HEADERS, *packing, *(headers or [])], is_json=False)

    def outside(self, scope: Scope) -> dict[str, Any]:
        """What a page begins with that has nothing of an account."""
        language = languages.chosen(scope)
        return {
            "l": self.locale(language, "UTC"),
            "theme": "",
            "user": None,
            "shell": None,
            "layout": "base.html",
        }

    def refusal(
        self, scope: Scope, error: Error, form: Iterable[tuple[str, str]] = (), *, is_outside: bool = False
    ) -> Answer:
        """A page of its own that says what is wrong and what to do. A form is sent once more from it where the error passes, without
        its secrets. To who `is_outside`, not signed in for sure, it says nothing of what is behind the sign-in.
        """
        again = form if isinstance(error, Retryable) else ()
        context = {
            "again": f"{self.root_path}{self.within(url_of(scope))}",
            "form": [one for one in again if one[0] not in SECRETS],
            **self.outside(scope),
            "kind": kind_of(error, scope),
            "is_outside": is_outside,
            "who": "",
            "request_id": scope["request_id"],
        }
        return self.page("refused.html", scope, context, error.status, headers_of(error))


def kind_of(error: Error, scope: Scope) -> str:
    """The key of the text that tells an error; one with `_p` behind it says what to do."""
    if isinstance(error, WorkRunning):
        return "work_runs"
    if isinstance(error, Retryable):
        return "busy"
    if isinstance(error, LinkEnded):
        return "link_ended"
    if isinstance(error, NotAuthor):
        return "not_author"
    if isinstance(error, Forbidden):
        return "forbidden"
    if error.status >= SERVER_FAULT:
        return "broken"
    return _KINDS.get(error.status, "not_read" if scope["method"] in ("GET", "HEAD") else "not_taken")


def headers_of(error: Error) -> Headers:
    """The headers that belong to the answer to an error."""
    return [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
