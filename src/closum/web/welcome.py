"""Getting in for the first time: the first account of a server, and the links that people are sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from closum.accounts import entry, invitations, newcomers, second_factor, setup
from closum.errors import Error, Faults, Invalid, LinkEnded, NotFound, SetUpRefused, TooManyAttempts
from closum.http.answer import Answer
from closum.http.file import joined
from closum.http.route import PUBLIC, Route
from closum.model.change import PAGE, By
from closum.model.choices import ZONES
from closum.store.invitations import Invitation
from closum.web import languages
from closum.web.forms import Form
from closum.web.gate import signed_in, with_language
from closum.web.page import Page
from closum.web.records import countries
from closum.web.settings.frame import tell
from closum.web.sign_in import may_sign_in
from closum.web.site import headers_of
from closum.web.table import Table

_JOIN = "/join/{token}"
_FIRST = ("company", "country", "zone", "name", "email", "code")


def routes(to: Table) -> list[Route]:
    return [
        to.show("/welcome", welcome, PUBLIC),
        to.send("/welcome", set_up, PUBLIC),
        to.show(_JOIN, join_page, PUBLIC),
        to.send(_JOIN, join, PUBLIC),
    ]


async def welcome(page: Page) -> Answer:
    """404 once there is a user."""
    await _refuse_later(page)
    if answer := with_language(page, "/welcome"):
        return answer
    header = joined(page.request.scope["headers"], b"accept-language")
    return _welcome(page, {"code": page.given.get("code", ""), "country": languages.country(header)})


async def _refuse_later(page: Page) -> None:
    if not await page.request.db.read(setup.needed):
        raise NotFound


def _welcome(
    page: Page, typed: dict[str, str], error: Error | None = None, faults: Faults | None = None
) -> Answer:
    given = {name: typed.get(name, "") for name in _FIRST}
    named = countries.named(page.words)
    return _show(page, "welcome.html", error, faults, given=given, countries=named)


def _show(page: Page, template: str, error: Error | None, faults: Faults | None, **context: Any) -> Answer:
    own: Sequence[tuple[bytes, bytes]] = headers_of(error) if isinstance(error, TooManyAttempts) else ()
    may = may_sign_in(page.request.scope)
    status = error.status if error else 200
    return page.show(template, status, own, faults_of=tell(page, faults or {}), may_sign_in=may, **context)


async def set_up(page: Page, form: Form) -> Answer:
    """The person who has the code of the server becomes its first user, and is signed in."""
    await _refuse_later(page)
    typed = {name: form(name) for name in _FIRST}
    if not may_sign_in(page.request.scope):
        return _welcome(page, typed, _Plain())
    services, given = (
        page.request.services,
        {**typed, "password": form("password"), "language": page.language},
    )
    given.pop("code")
    if given["zone"] not in ZONES:  # a browser may know others
        given.pop("zone")
    of = (page.request.db, services.sign_in, typed["code"], given, _by(page), services.setup_file)
    try:
        page.check_writable()
        user = await entry.set_up(*of)
    except SetUpRefused:
        return _welcome(page, typed, Invalid({}), {**_wrong(given), "code": page.words.bad_setup_code})
    except TooManyAttempts as error:
        told = page.locale.count("too_many_codes", -(-error.retry_after // 60))
        return _welcome(page, typed, error, {"code": str(told)})
    except Invalid as invalid:
        return _welcome(page, typed, invalid, invalid.faults)
    return await signed_in(page, user.id, form)


def _wrong(given: Mapping[str, Any]) -> Faults:
    """What is wrong beside the code."""
    try:
        newcomers.first(given)
    except Invalid as invalid:
        return dict(invalid.faults)
    return {}


class _Plain(Error):
    """A password would be sent for anybody to read."""

    status = 403
    when = "The connection is not encrypted"


def _by(page: Page) -> By:
    return By(None, page.request.request_id, PAGE)


async def join_page(page: Page) -> Answer:
    found = await _invitation(page)
    if answer := with_language(page, page.again.partition("?")[0]):
        return answer
    return _join(page, found)


async def _invitation(page: Page) -> Invitation:
    """Raises LinkEnded."""
    found: Invitation | None = await page.request.db.read(invitations.find, page.request.params["token"])
    if found is None:
        raise LinkEnded
    page.invite(found.account_language)
    return found


def _join(
    page: Page, found: Invitation, name: str = "", error: Error | None = None, faults: Faults | None = None
) -> Answer:
    return _show(page, "join.html", error, faults, found=found, name=name, path=page.again.partition("?")[0])


async def join(page: Page, form: Form) -> Answer:
    """Signed in afterwards, unless there is a second step: a link is no code."""
    found = await _invitation(page)
    if not may_sign_in(page.request.scope):
        return _join(page, found, form("name"), _Plain())
    given = {"name": form("name"), "password": form("password")}
    text, services = page.request.params["token"], page.request.services
    try:
        page.check_writable()
        user = await entry.join(page.request.db, services.sign_in, text, given, _by(page))
    except Invalid as invalid:
        return _join(page, found, form("name"), invalid, invalid.faults)
    if await page.request.db.read(second_factor.is_on, user.id):
        return page.to("/sign-in")
    return await signed_in(page, user.id, form)
