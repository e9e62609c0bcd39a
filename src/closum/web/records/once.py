"""Forms that are sent twice make one record."""

import secrets

from closum.operations.idempotent import Key
from closum.web.forms import Form
from closum.web.page import Page

FIELD = "once"
_MOST = 255  # characters
_CARRIED = (FIELD, "_token")


def made() -> str:
    """What a new form carries."""
    return secrets.token_urlsafe(12)


def key(page: Page, form: Form) -> Key | None:
    """By which a form is known that is sent again; None for one that carries nothing."""
    text = form(FIELD)
    if not text or len(text) > _MOST:
        return None
    said = [part for pair in form if pair[0] not in _CARRIED for part in pair]
    path = page.request.scope["path"]
    return page.request.services.keys.key(page.caller.identity, f"page {path}", text.encode(), said, b"")
