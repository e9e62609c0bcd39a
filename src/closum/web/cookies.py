"""The cookies of the pages."""

from dataclasses import dataclass
from secrets import token_urlsafe

from closum.http.request import Scope
from closum.http.security import Transport, transport_of


@dataclass(frozen=True, slots=True)
class Cookie:
    """One of this server's cookies; over TLS no other host, and no plain page, can set it."""

    name: str

    def named(self, scope: Scope) -> str:
        return f"__Host-{self.name}" if transport_of(scope) is Transport.TLS else self.name

    def read(self, scope: Scope) -> str:
        """Its value, "" without it. Source: RFC 6265, 5.4."""
        wanted = self.named(scope)
        for header in (value for key, value in scope["headers"] if key == b"cookie"):
            for pair in header.decode("latin-1").split(";"):
                name, _, value = str(pair).strip().partition("=")
                if name == wanted:
                    return value
        return ""

    def set(self, scope: Scope, value: str, seconds: int | None) -> tuple[bytes, bytes]:
        """The header that sets it; for 0 seconds, that removes it. None: for as long as the browser is open."""
        secure = "; Secure" if transport_of(scope) is Transport.TLS else ""
        ends = "" if seconds is None else f"; Max-Age={seconds}"
        text = f"{self.named(scope)}={value}; Path=/{ends}; HttpOnly; SameSite=Lax{secure}"
        return b"set-cookie", text.encode()


OF_SESSION, OF_FORM, OF_LANGUAGE, OF_DONE, OF_ONCE, OF_NOTE = (
    Cookie(f"closum{name}") for name in ("", "-form", "-language", "-done", "-once", "-note")
)
"""Who is signed in; the forms of who is not; the language of who is not; the operation that a page was left with; what the
next page shows once, sealed; and the kind of the last note, with who wrote it.
"""


def visit(scope: Scope) -> tuple[str, list[tuple[bytes, bytes]]]:
    """What tokens of forms are made of where nobody is signed in, and the header that sets it where there is none yet.

    It lasts as long as the pages that are open: who comes back to one after a weekend can sign in.
    """
    if text := OF_FORM.read(scope):
        return text, []
    text = token_urlsafe(16)
    return text, [OF_FORM.set(scope, text, None)]
