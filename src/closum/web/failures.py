"""What an error inside a page is answered with: the same page round it, and nothing that was typed is lost."""

from closum.errors import Error, Forbidden, Retryable, WorkRunning
from closum.http.answer import Answer, Headers
from closum.store.unit import Unit
from closum.web import sign_in, titles
from closum.web.forms import EMPTY, KEPT, TOKEN, Form, Kept
from closum.web.page import Page
from closum.web.sign_in import SignInRequired
from closum.web.site import headers_of, kind_of


async def shown(page: Page, error: Error, form: Form = EMPTY) -> Answer:
    """The page that tells an error; one that passes has the form again, to be sent once more."""
    if isinstance(error, SignInRequired):
        return sign_in.required(page.site, page.request.scope, error)
    if not page.is_signed_in:
        return page.site.refusal(page.request.scope, error, form=form, is_outside=True)
    try:
        owners = (
            "" if isinstance(error, Retryable) else await page.read(_owners, isinstance(error, Forbidden))
        )
    except Retryable as busy:
        return page.site.refusal(page.request.scope, busy, form=form)
    if isinstance(error, Kept):
        return page.show("not-done.html", form=typed(form), again=page.again, here="")
    return page.show(
        "failed.html",
        error.status,
        headers_of(error),
        here="",
        kind=kind_of(error, page.request.scope),
        who=owners,
        job=error.job if isinstance(error, WorkRunning) else "",
        request_id=page.request.request_id,
        form=typed(form),
        again=page.again,
    )


def kept(page: Page, path: str, form: Form, token: str, headers: Headers, told: str = "kept_new") -> Answer:
    """The page that sends a form, which was kept while its sender signed in, to its own page, to be shown there again.

    The session of the `token` may begin with this answer; what is `told` says why the form was kept.
    """
    return page.show("kept.html", 200, headers, form=typed(form), again=path, told=told, here="", token=token)


def typed(form: Form) -> list[tuple[str, str]]:
    """The fields of a form without those of its page, and without what no page shows again."""
    return [(name, value) for name, value in form.shown if name not in (TOKEN, KEPT)]


def _owners(unit: Unit, are_wanted: bool) -> str:
    """The names of the owners, where they are wanted; else what is round the page is all that is read."""
    return titles.of_owners(unit) if are_wanted else ""
