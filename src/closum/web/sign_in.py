"""The page to sign in, which comes instead of any other where nobody is signed in, or somebody else than who opened a form."""

from collections.abc import Mapping, Sequence

from closum.errors import Error
from closum.http.answer import Answer, url_of
from closum.http.request import Scope
from closum.http.security import Transport, transport_of
from closum.web import cookies
from closum.web.forms import EMPTY, Form
from closum.web.site import Site


class SignInRequired(Error):
    """Nobody is signed in. A form that was sent all the same is `kept`, without what no page shows again; `told` is the key of
    the text that says so.
    """

    status = 401
    when = "Nobody is signed in"
    told = "text_kept"

    def __init__(self, form: Form = EMPTY) -> None:
        self.kept = form.shown.text
        super().__init__("Sign in first")


class SomebodyElse(SignInRequired):
    """The form is of a page of one user, and another one has signed in since."""

    when = "Somebody else is signed in"
    told = "text_of_other"


def may_sign_in(scope: Scope) -> bool:
    """Whether the browser keeps what it is told here to itself: over TLS, or on this machine."""
    return transport_of(scope) is not Transport.PLAIN


def shown(
    site: Site,
    scope: Scope,
    status: int = 200,
    headers: Sequence[tuple[bytes, bytes]] = (),
    *,
    next: str = "",
    kept: str = "",
    told: str = SignInRequired.told,
    email: str = "",
    fault: str = "",
    faults_of: Mapping[str, str] | None = None,
) -> Answer:
    """`next` is the path to go to afterwards, and `kept` the text of the form that was sent to it, of which `told` speaks; `fault`
    says what was wrong with what was sent, and `faults_of` with single inputs."""
    visit, own = cookies.visit(scope)
    context = {
        **site.outside(scope),
        "token": site.token(visit),
        "next": next,
        "kept": kept,
        "told": told,
        "email": email,
        "fault": fault,
        "faults_of": faults_of or {},
        "may_sign_in": may_sign_in(scope),
    }
    return site.page("sign-in.html", scope, context, status, [*own, *headers])


def required(site: Site, scope: Scope, error: SignInRequired) -> Answer:
    """Instead of what a form does: it comes back to its page once its user is signed in."""
    return shown(site, scope, error.status, next=url_of(scope), kept=error.kept, told=error.told)
