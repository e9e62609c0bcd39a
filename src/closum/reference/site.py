"""The pages of the reference: what `/docs` and the files beside it are answered with."""

import html
from importlib.resources import files as resources

from closum.http.static import File, packed
from closum.reference import samples

_STATIC = resources("closum.reference") / "static"

_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; worker-src blob:; "
    # Two of Redoc's own style sheets: the empty one of styled-components, and that of its scroll progress.
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_OF_PAGES = ((b"content-security-policy", _POLICY.encode()), (b"referrer-policy", b"no-referrer"))


def files(root_path: str = "") -> dict[str, File]:
    """The files by path; `root_path` is where a proxy serves closum."""
    page = (_STATIC / "index.html").read_text(encoding="utf-8")
    page = page.replace("{{ROOT}}", html.escape(root_path)).replace("{{ORIGIN}}", samples.ORIGIN)
    script, style, text = (f"text/{kind}; charset=utf-8" for kind in ("javascript", "css", "plain"))
    return {
        "/docs": File("text/html; charset=utf-8", packed(page.encode()), _OF_PAGES),
        "/docs/closum.css": File(style, _packed("closum.css")),
        "/docs/closum.js": File(script, _packed("closum.js")),
        "/docs/redoc.js": File(script, (_STATIC / "redoc.js.gz").read_bytes()),
        "/docs/redoc.LICENSES.txt": File(text, _packed("redoc.LICENSES.txt")),
    }


def _packed(name: str) -> bytes:
    return packed((_STATIC / name).read_bytes())
