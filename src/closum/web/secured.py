"""Headers by which a browser keeps to this server what it gets from the pages: every answer of theirs has them."""

from closum.http.answer import Answer, Headers
from closum.http.request import Scope

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types default"
)
ALONE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""Of what is no page, should a browser show it as one: a file, a style sheet, a redirect."""

_OF_ALL: Headers = [
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]
_OF_PAGES: Headers = [
    (b"content-security-policy", POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    *_OF_ALL,
]
_OF_OTHERS: Headers = [(b"content-security-policy", ALONE.encode()), *_OF_ALL]
_HSTS = (b"strict-transport-security", b"max-age=31536000")


def secured(scope: Scope, answered: Answer) -> Answer:
    """An answer with those of its kind that it has not itself; over TLS, browsers come back by TLS alone."""
    own = dict(answered.headers)
    is_page = own.get(b"content-type", b"").startswith(b"text/html")
    wanted = [*(_OF_PAGES if is_page else _OF_OTHERS), *([_HSTS] if scope["scheme"] == "https" else [])]
    return answered._replace(headers=[*(one for one in wanted if one[0] not in own), *answered.headers])
