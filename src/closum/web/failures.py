"""What an error inside a page is answered with: the same page round it, and nothing that was typed is lost."""

from closum.errors import Error, Retryable
from closum.http.answer import Answer
from closum.store.unit import Unit
from closum.web.forms import EMPTY, TOKEN, Form
from closum.web.page import Page
from closum.web.site import kind_of


async def shown(page: Page, error: Error, form: Form = EMPTY) -> Answer:
    """The page that tells an error; one that passes has the form again, to be sent once more."""
    if page.is_signed_in and not isinstance(error, Retryable):
        await page.read(_nothing)
    own = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    return page.show(
        "failed.html",
        error.status,
        own,
        here="",
        kind=kind_of(error),
        request_id=page.request.request_id,
        form=[(name, value) for name, value in form if name != TOKEN],
        again=page.request.scope["path"],
    )


def _nothing(unit: Unit) -> None:
    """What is round the page is all that is read."""
