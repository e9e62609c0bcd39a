"""What a browser is shown that asks for a page where the request cannot even be read: a few lines, without a style."""

from collections.abc import Iterable, Mapping
from html import escape

from closum.errors import Error
from closum.http import answer
from closum.http.answer import Headers
from closum.http.file import joined

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title} · closum</title>
<h1>{title}</h1><p>{advice}</p><p>{message}.</p><p><a href="{root}/">closum</a></p>
</html>
"""
_OTHERS = ("The server cannot read this request", "Go back, reload the page, and try again.")
_TOLD: Mapping[int, tuple[str, str]] = {
    414: ("This address is too long", "Go back, and choose fewer records or write shorter texts."),
    431: ("The browser sends too much", "Remove the cookies of this site, then reload the page."),
    500: (
        "Something is wrong here",
        "This is a fault of closum, not yours. Try again, or tell who runs the server.",
    ),
    503: ("The server is busy", "Nothing has changed. Go back, and try again in a few seconds."),
}


def asks_for_page(target: str, root_path: str, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a browser asks for what is no call of the API: `target` is path and query, `headers` have names in lower case."""
    path = target.partition("?")[0]
    if root_path and path.startswith(f"{root_path}/"):
        path = path[len(root_path) :]
    is_call = path.startswith("/api/") or path == "/api"
    return not is_call and "text/html" in joined(headers, b"accept")


def page(error: Error, root_path: str, request_id: str) -> tuple[int, Headers, bytes]:
    """Status, headers and body of a page that tells an error."""
    title, advice = _TOLD.get(error.status, _OTHERS)
    shown = answer.html(
        _PAGE.format(title=title, advice=advice, message=escape(error.message), root=escape(root_path))
    )
    shown = shown._replace(status=error.status)
    assert isinstance(shown.body, bytes)
    own = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    return error.status, [*answer.head(shown, request_id, public=True), *own], shown.body
