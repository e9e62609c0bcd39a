"""Style sheet, scripts and icon of the pages: kept for good by browsers, under names with a hash of the contents."""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import PurePath

from closum.http.static import File, packed

_STATIC = files("closum.web") / "static"
_TYPES = {
    "closum.css": "text/css; charset=utf-8",
    "board.js": "text/javascript; charset=utf-8",
    "closum.js": "text/javascript; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "htmx.js": "text/javascript; charset=utf-8",
    "reference.css": "text/css; charset=utf-8",
    "reference.js": "text/javascript; charset=utf-8",
    "run.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
}
_COMMENTS = {".js": re.compile(rb"(?m)^ *(?://.*)?\n|^ +"), ".css": re.compile(rb" */\*.*?\*/")}
_SPACES = re.compile(rb"\s*([{};,>~!])\s*|(?<=:) ")
"""Those of a style sheet that mean nothing; a colon with one behind it is in no selector."""
_SCRIPT_SPACES = re.compile(rb"('[^'\n]*'|`[^`]*`)| *([{(,;:?<>+/]|[!=]==|=>|[&|?]{2}=?|=)\s*|\s*([})]) *")
"""Those of a script that mean nothing: none in a text."""
_NESTED = re.compile(rb"(?<=[{};,])&(?: (?=[.:\[a-z+*])|(?=[>~]))")
"""What begins a nested selector that has it without saying so."""
_FOR_GOOD = b"public, max-age=31536000, immutable"


class Assets:
    """The files by path; `asset(name)` is the path of one, below where a proxy serves closum."""

    def __init__(self, root_path: str = "") -> None:
        self.files: dict[str, File] = {}
        self._paths: dict[str, str] = {}
        for name, file in _read().items():
            path = f"/static/{file.digest[:16]}/{name}"
            self.files[path], self._paths[name] = file, f"{root_path}{path}"

    def __call__(self, name: str) -> str:
        return self._paths[name]


def _read() -> Mapping[str, File]:
    return {
        name: File(media_type, packed(_plain(name)), caching=_FOR_GOOD) for name, media_type in _TYPES.items()
    }


def _plain(name: str) -> bytes:
    """A file without its comments and the spaces that only people read; htmx is as it came."""
    content, suffix = (_STATIC / name).read_bytes(), PurePath(name).suffix
    bare = _COMMENTS[suffix].sub(b"", content) if suffix in _COMMENTS else content
    if suffix == ".js" and name != "htmx.js":
        return _SCRIPT_SPACES.sub(rb"\1\2\3", bare)
    return _NESTED.sub(b"", _SPACES.sub(rb"\1", bare)) if suffix == ".css" else bare
