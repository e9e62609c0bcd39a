"""What a page shows once, behind the form that made it, such as a new key: the browser carries it there, sealed for its session."""

import json
from collections.abc import Mapping
from typing import Any

from closum.accounts import sealed

SECONDS = 300
"""How long a browser may take from one page to the next."""


def closed(key: bytes, session_text: str, path: str, values: Mapping[str, Any], now: float) -> str:
    """What a cookie carries to the page at a path. `key` is the signing key."""
    return sealed.seal(key, session_text, json.dumps([path, int(now) + SECONDS, values], ensure_ascii=False))


def opened(key: bytes, session_text: str, text: str, path: str, now: float) -> Mapping[str, Any]:
    """What it carries; empty for another session or page, or later."""
    found = sealed.unseal(key, session_text, text)
    if found is None:
        return {}
    of, until, values = json.loads(found)
    return values if of == path.partition("?")[0] and now < until else {}
