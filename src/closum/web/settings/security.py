"""One's own password, and the second step of signing in."""

from typing import NamedTuple

from markupsafe import Markup

from closum.accounts import entry, second_factor
from closum.accounts.credentials import Credentials
from closum.accounts.second_factor import Enrolment
from closum.accounts.sign_in import Attempt
from closum.errors import Faults, Invalid, SignInRefused, TooManyAttempts, fault
from closum.http.answer import Answer
from closum.http.route import Route
from closum.model.change import PAGE
from closum.operations import guarded
from closum.operations.guarded import Caller
from closum.store import second_factors
from closum.store.identity import User
from closum.store.unit import Unit
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.settings import noted, people
from closum.web.settings.frame import OWN, YOU, show
from closum.web.settings.look import nothing
from closum.web.table import Table

PASSWORD, FACTOR = "/settings/password", "/settings/second-step"


def routes(to: Table) -> list[Route]:
    return [
        to.show(PASSWORD, password, OWN),
        to.send(PASSWORD, change_password, OWN),
        to.show(FACTOR, factor, OWN),
        to.send(FACTOR, begin, OWN),
        to.send(f"{FACTOR}/confirm", confirm, OWN),
        to.send(f"{FACTOR}/codes", make_codes, OWN),
        to.send(f"{FACTOR}/remove", remove, OWN),
    ]


async def password(page: Page) -> Answer:
    await page.read(nothing)
    return _password(page)


def _password(page: Page, status: int = 200, faults: Faults | None = None) -> Answer:
    return show(page, "settings-password.html", YOU, status, faults=faults)


async def change_password(page: Page, form: Form) -> Answer:
    """This session goes on; every other one ends, and so do the tokens."""
    services, by = page.request.services, page.caller.by
    given = {"password": form("password")}
    of = (page.request.db, services.sign_in, page.session, form("present"), given, page.request.client, by)
    try:
        page.check_writable()
        await entry.change_password(*of)
    except Invalid as invalid:
        await page.read(nothing)
        missing: Faults = {} if form("present") else {"present": fault("_empty")}
        return _password(page, invalid.status, missing | invalid.faults)
    except (SignInRefused, TooManyAttempts) as error:
        await page.read(nothing)
        return _password(page, 422, {"present": wrong(page, error, page.words.bad_present)})
    return page.to(YOU.path, saying=noted.said_of(page, "password_changed"))


def wrong(page: Page, error: Exception, otherwise: str) -> str:
    """Why what was entered does not count: too many wrong ones, or this."""
    if isinstance(error, TooManyAttempts):
        return str(page.locale.count("too_many", -(-error.retry_after // 60)))
    return otherwise


class Factor(NamedTuple):
    """Whether a second step counts, or else what was begun; and how many recovery codes are left."""

    is_on: bool
    begun: Enrolment | None
    left: int


def _read(unit: Unit, key: bytes, user_id: int, account_id: int) -> Factor:
    user = people.find(unit, account_id, user_id)
    begun = second_factor.pending(unit, key, user)
    left = second_factors.recovery_codes_left(unit, user_id)
    return Factor(second_factor.is_on(unit, user_id), begun, left)


async def factor(page: Page) -> Answer:
    codes = None if _has_begun(page) else page.once.get("codes")
    return await _factor(page, codes=codes, again="again" in page.given)


def _has_begun(page: Page) -> bool:
    """Whether this browser began a second step just now, so that it shows the secret."""
    return "begun" in page.left_for(FACTOR)


async def _factor(
    page: Page,
    status: int = 200,
    faults: Faults | None = None,
    codes: list[str] | None = None,
    *,
    again: bool = False,
) -> Answer:
    """`codes` are shown this once; who begins `again` is not asked for a code."""
    of = (page.site.key, page.session.user_id, page.session.account_id)
    found = await page.read(_read, *of)
    begun = found.begun if _has_begun(page) else None
    qr = Markup(begun.qr if begun else "")  # noqa: S704 - an image that we make, of squares alone
    return show(
        page,
        "settings-factor.html",
        YOU,
        status,
        faults=faults,
        found=found,
        codes=codes,
        again=again or "present" in (faults or {}),
        secret=begun.secret if begun else "",
        qr=qr,
    )


async def begin(page: Page, form: Form) -> Answer:
    if (refused := await _refused(page, form)) is not None:
        return refused
    is_begun = await page.write_shared(_begin, page.site.key)
    return page.to_once(FACTOR, begun=True) if is_begun else page.to(FACTOR)


def _own(unit: Unit, caller: Caller) -> User:
    return people.find(unit, caller.identity.account_id, people.own(caller))


def _begin(unit: Unit, caller: Caller, key: bytes) -> bool:
    """False where one counts already."""
    if second_factor.is_on(unit, people.own(caller)):
        return False
    guarded.do_shared(unit, caller, second_factor.begin, key, _own(unit, caller))
    return True


async def confirm(page: Page, form: Form) -> Answer:
    try:
        codes = await page.write_shared(_confirm, page.site.key, form("code"))
    except Invalid as invalid:
        return await _factor(page, 422, invalid.faults)
    return page.to_once(FACTOR, codes=codes)


def _confirm(unit: Unit, caller: Caller, key: bytes, code: str) -> list[str]:
    of = (key, _own(unit, caller), code, caller.by)
    return guarded.do_shared(unit, caller, second_factor.confirm, *of)


async def make_codes(page: Page, form: Form) -> Answer:
    if (refused := await _refused(page, form)) is not None:
        return refused
    codes = await page.write_shared(_make_codes)
    return page.to_once(FACTOR, codes=codes) if codes else page.to(FACTOR)


def _make_codes(unit: Unit, caller: Caller) -> list[str] | None:
    """None where no second step counts."""
    if not second_factor.is_on(unit, people.own(caller)):
        return None
    of = (_own(unit, caller), caller.by)
    return guarded.do_shared(unit, caller, second_factor.make_recovery_codes, *of)


async def remove(page: Page, form: Form) -> Answer:
    if (refused := await _refused(page, form)) is not None:
        return refused
    await page.write_shared(_remove)
    return page.to(FACTOR, saying=noted.said_of(page, "second_factor_removed.own"))


async def _refused(page: Page, form: Form) -> Answer | None:
    """None for who has written the password: nobody else does it at a machine that was left alone."""
    given = Credentials(page.session.email, form("present"))
    attempt = Attempt(given, page.request.client, page.request.request_id, PAGE)
    try:
        page.check_writable()
        await page.request.services.sign_in.confirmed(page.request.db, attempt)
    except (SignInRefused, TooManyAttempts) as error:
        return await _factor(page, 422, {"present": wrong(page, error, page.words.bad_present)})
    except Invalid as invalid:
        return await _factor(page, invalid.status, invalid.faults)
    return None


def _remove(unit: Unit, caller: Caller) -> None:
    of = (caller.identity.account_id, people.own(caller), caller.by)
    guarded.do_shared(unit, caller, second_factor.remove, *of)
