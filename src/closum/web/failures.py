"""What an error inside a page is answered with: the same page round it, and nothing that was typed is lost."""

from closum.errors import Error, Forbidden, Retryable
from closum.http.answer import Answer, Headers
from closum.store.unit import Unit
from closum.web import titles
from closum.web.forms import EMPTY, KEPT, TOKEN, Form, Kept
from closum.web.page import Page
from closum.web.site import PASSWORDS, headers_of, kind_of


async def shown(page: Page, error: Error, form: Form = EMPTY) -> Answer:
    """The page that tells an error; one that passes has the form again, to be sent once more."""
    if not page.is_signed_in:
        return page.site.refusal(page.request.scope, error, form=form, is_outside=True)
    try:
        owners = (
            "" if isinstance(error, Retryable) else await page.read(_owners, isinstance(error, Forbidden))
        )
    except Retryable as busy:
        return page.site.refusal(page.request.scope, busy, form=form)
    if isinstance(error, Kept):
        return kept(page, page.again, form)
    return page.show(
        "failed.html",
        error.status,
        headers_of(error),
        here="",
        kind=kind_of(error),
        who=owners,
        request_id=page.request.request_id,
        form=typed(form),
        again=page.again,
    )


def kept(
    page: Page, path: str, form: Form, token: str = "", headers: Headers | None = None, told: str = "kept_new"
) -> Answer:
    """The page with a form that was kept while its sender signed in: what was typed, and a button that sends it to a path.

    With the `token` of the session, which may begin with this answer, it goes to the page that it is of, to be shown there again;
    what is `told` says why.
    """
    more = {"token": token} if token else {}
    return page.show(
        "kept.html",
        200,
        headers or [],
        form=typed(form),
        again=path,
        is_new=bool(token),
        told=told if token else "kept_p",
        passwords=PASSWORDS,
        here="",
        **more,
    )


def typed(form: Form) -> list[tuple[str, str]]:
    """The fields of a form without those of its page, and without passwords."""
    return [(name, value) for name, value in form if name not in (TOKEN, KEPT, *PASSWORDS)]


def _owners(unit: Unit, are_wanted: bool) -> str:
    """The names of the owners, where they are wanted; else what is round the page is all that is read."""
    return titles.of_owners(unit) if are_wanted else ""
