"""Whatever texts an account has, its pages show them as texts: nothing of them runs or becomes an element, with the
policy of the pages and without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from closum.accounts import api_keys, roles, users
from closum.accounts.roles import OWNER
from closum.model.change import COMMAND
from closum.store import identity
from closum.web.board import ON_A_PAGE
from closum.web.today.asked import LISTS
from tests.support.company import Company, founded
from tests.support.hostile import OF_EACH_KIND, PAYLOADS, Poured, pour
from tests.support.server import Server
from tests.web.browser.conftest import COOKIE, PHONE, WIDE
from tests.web.browser.screens import VIEWS

NAIVE = (
    """<!doctype html><title>x</title><input value="TEXT"><input value='TEXT'><input value=TEXT>TEXT<p>x"""
)
RAW = ("html", "svg", "htmx", "attribute")
HIT = "window.hits = 0; window.hit = () => { hits += 1 }"
"""What the texts try to call."""
TRACES = """() => [
  ...(window.hits ? [`ran ${hits} times`] : []),
  ...[...document.querySelectorAll('*')].flatMap((el) => {
    const told = () => el.outerHTML.slice(0, 160), scripts = ['javascript:', 'data:', 'vbscript:'], found = []
    if (el.matches('[data-hit], x-hit, iframe, object, embed, base, script:not([src^="/"]), style, link:not([href^="/"], [rel="expect"][href^="#"])')) found.push(told())
    for (const { name, value } of el.attributes) {
      if (/^(on|hx-on|data-hx)/.test(name) || (/^hx-/.test(name) && value.includes('hit('))) found.push(name + ' ' + told())
      if (/^(href|src|action|formaction|xlink:href)$/.test(name) && name in el) {
        const url = URL.parse(value, location)
        if (!url || scripts.includes(url.protocol) || (/^http/.test(url.protocol) && url.origin !== location.origin)) found.push(told())
      }
    }
    return found
  })]"""


@contextmanager
def window(
    browser: Browser, server: Server, session: str, *, policy: bool
) -> Iterator[tuple[Page, list[str]]]:
    """A phone, where the texts can call `hit`, and what happened that should not."""
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, bypass_csp=not policy)
    context.add_init_script(HIT)
    context.add_cookies([{"name": COOKIE, "value": session, "url": server.address}])
    seen = list[str]()
    page = context.new_page()
    _watch(context, page, server, seen)
    yield page, seen
    context.close()


def _watch(context: BrowserContext, page: Page, server: Server, seen: list[str]) -> None:
    def asked(request: Any) -> None:
        if not request.url.startswith(f"{server.address}/"):
            seen.append(f"asks {request.url}")

    def dialog(shown: Any) -> None:
        seen.append(f"dialog {shown.message}")
        shown.dismiss()

    page.on("request", asked)
    page.on("dialog", dialog)
    page.on("download", lambda one: seen.append(f"download {one.suggested_filename}"))
    page.on("pageerror", lambda error: seen.append(f"error {error}"))
    page.on("console", lambda one: seen.append(f"console {one.text}") if one.type == "error" else None)
    context.on("page", lambda other: seen.append(f"window {other.url}") if other != page else None)


def look(page: Page, server: Server, path: str, seen: list[str]) -> list[str]:
    """What a page shows of the texts that is not text."""
    page.goto(f"{server.address}{path}")
    found = [*page.evaluate(TRACES), *page.evaluate(WIDE), *seen]
    seen.clear()
    return [f"{path}: {one}" for one in found]


@pytest.fixture(scope="module")
def hostile(place: Server) -> Company:
    """With users and keys that are called so."""
    company = founded(place, "<script data-hit>hit()</script>", filled=False)
    with place.session() as session, session.write() as unit:
        owner = identity.user(unit, int(company.ids[OWNER]))
        assert owner
        (account,) = (one for one in identity.accounts(unit) if one.id == owner.account_id)
        for number, name in enumerate(one.text for one in OF_EACH_KIND if one.text.strip().isprintable()):
            email = f"hostile{number}.{account.id}@example.com"
            users.add_user(unit, account, email, "no password", name=name)
            api_keys.add(unit.of(0, COMMAND), account.id, name, roles.CREATE)
    return company


@pytest.fixture(scope="module")
def poured(hostile: Company) -> Poured:
    with hostile.client() as api:
        return pour(api)


def paths(poured: Poured, *, policy: bool) -> Iterator[str]:
    """Every page that shows what the account has; of single leads all where nothing else holds a text back."""
    for view in VIEWS:
        yield view.path
        yield from (f"{view.path}/{part}" for part in ("filters", "views"))
    for page in range(1, 1 + len(PAYLOADS) // 100):
        yield f"/leads?limit=100&page={page}"
    for number in poured.imports:
        yield from (f"/imports/{number}{part}" for part in ("", "/columns"))
    for number in poured.of_each_kind():
        yield from (f"/leads/{number}{part}" for part in ("/edit", "/data", "/history"))
    yield from (f"/leads/{number}" for number in (poured.of_each_kind() if policy else poured.leads.values()))
    yield from (
        f"/board?stage=0&after={number + 1}" for number in sorted(poured.leads.values())[::-ON_A_PAGE]
    )
    yield from ("/imports", "/bin", "/duplicates", "/dashboard", "/assignment-rules/new")
    yield from (f"/today?who=all{part}" for part in ("", *(f"&list={one}" for one in LISTS)))
    yield from (f"/settings/{one}" for one in ("company", "stages", "users", "api", "audit", "rules"))


def test_there_are_many_texts_of_many_kinds() -> None:
    assert len(PAYLOADS) >= 120
    assert len(OF_EACH_KIND) >= 15
    assert len({one.text for one in PAYLOADS}) == len(PAYLOADS)


def test_what_is_not_escaped_is_seen(browser: Browser, place: Server) -> None:
    """The net that this file is: markup of the corpus, put into a page as it is."""
    raw = [one.text for one in PAYLOADS if one.kind in RAW and "data-hit" in one.text and "&" not in one.text]
    with window(browser, place, "", policy=False) as (page, _):
        left = [text for text in raw if not _leaves_traces(page, text)]
    for text in left:
        with window(browser, place, "", policy=False) as (page, seen):
            page.set_content(NAIVE.replace("TEXT", text))
            assert _traces(page) or seen, text


def _leaves_traces(page: Page, text: str) -> bool:
    """In a document of its own, whatever the page had before; a text of which nothing is sure needs a new window."""
    try:
        page.goto("about:blank")
        page.set_content(NAIVE.replace("TEXT", text))
        return bool(page.evaluate(TRACES))
    except Error:
        return False


def _traces(page: Page) -> list[str]:
    try:
        found: list[str] = page.evaluate(TRACES)
    except Error as error:  # the page has gone elsewhere
        return [str(error)]
    return found


@pytest.mark.parametrize("policy", [True, False], ids=["with its policy", "without it"])
def test_texts_stay_texts(browser: Browser, hostile: Company, poured: Poured, policy: bool) -> None:
    with window(browser, hostile.server, hostile.cookies[OWNER], policy=policy) as (page, seen):
        found = [
            one for path in paths(poured, policy=policy) for one in look(page, hostile.server, path, seen)
        ]
        assert found == []


@pytest.mark.parametrize("policy", [True, False], ids=["with its policy", "without it"])
def test_a_search_is_text(browser: Browser, hostile: Company, policy: bool) -> None:
    """What is looked for stands in the page, found or not."""
    with window(browser, hostile.server, hostile.cookies[OWNER], policy=policy) as (page, seen):
        for one in OF_EACH_KIND:
            page.goto(f"{hostile.server.address}/leads?{urlencode({'q': one.text})}")
            assert [*page.evaluate(TRACES), *seen] == [], one.text


FORMS = ("/leads/new", "/audience-lists/new", "/settings/look", "/settings/company", "/leads/views/new?q=a")
FILL = """text => {
  const form = document.querySelector('main form:has([type=text], textarea)')
  for (const el of form.querySelectorAll('[type=text], [type=email], textarea')) {
    el.removeAttribute('maxlength'); el.value = text }
  form.noValidate = true; form.submit() }"""


@pytest.mark.parametrize("path", FORMS)
def test_what_is_typed_is_text(browser: Browser, place: Server, path: str) -> None:
    """Taken or refused, it stands in the page that comes."""
    company = founded(place, f"Typed {path}", filled=False)
    with window(browser, place, company.cookies[OWNER], policy=False) as (page, seen):
        for one in OF_EACH_KIND:
            page.goto(f"{place.address}{path}")
            with page.expect_navigation():
                page.evaluate(FILL, one.text)
            assert [*page.evaluate(TRACES), *(one for one in seen if "status of 4" not in one)] == [], (
                one.text
            )
            seen.clear()
