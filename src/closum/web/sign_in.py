"""The page to sign in, which comes instead of any other where nobody is signed in."""

from collections.abc import Mapping, Sequence

from closum.http.answer import Answer
from closum.http.request import Scope
from closum.http.security import Transport, transport_of
from closum.web import cookies
from closum.web.site import Site


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
    email: str = "",
    fault: str = "",
    faults_of: Mapping[str, str] | None = None,
) -> Answer:
    """`next` is the path to go to afterwards, and `kept` the text of the form that was sent to it; `fault` says what was
    wrong with what was sent, and `faults_of` with single inputs."""
    visit, own = cookies.visit(scope)
    context = {
        **site.outside(scope),
        "token": site.token(visit),
        "next": next,
        "kept": kept,
        "email": email,
        "fault": fault,
        "faults_of": faults_of or {},
        "may_sign_in": may_sign_in(scope),
    }
    return site.page("sign-in.html", scope, context, status, [*own, *headers])
