"""Forms in which something is typed: whatever the server answers, or does not, it is not lost, and it is saved once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, Route, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import Person, person

TYPED = "Ana Maria dos Reis"

each = pytest.mark.parametrize


@pytest.fixture(scope="module")
def team(place: Server) -> Company:
    """An account that these tests change."""
    return founded(place, "Stays", filled=False)


@pytest.fixture
def lead(team: Company) -> int:
    with team.client() as api:
        return api.new("lead", {"name": "Ana"})


@pytest.fixture
def who(browser: Browser, team: Company) -> Iterator[Person]:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        yield one


def typed(who: Person, lead: int) -> Page:
    page = who.open(f"/leads/{lead}/edit")
    page.locator("#name").fill(TYPED)
    return page


def save(page: Page) -> None:
    page.locator(".actions button").click()


def lost(route: Route) -> None:
    route.abort()


def forgive(who: Person) -> None:
    """What the browser says of a request that the test has broken."""
    who.watch.complaints[:] = [one for one in who.watch.complaints if "ERR_FAILED" not in one]


def test_a_form_stays_where_the_server_cannot_be_reached(who: Person, lead: int) -> None:
    page = typed(who, lead)
    page.route("**", lost)
    save(page)
    expect(page.locator("form.form #offline")).to_be_visible()
    expect(page.locator("form.form #offline")).to_be_in_viewport()
    expect(page.locator("#name")).to_have_value(TYPED)
    page.unroute_all()
    forgive(who)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TYPED)
    expect(page.locator(".toast")).to_be_visible()


@each("path", ["/leads/{lead}", "/leads/{lead}/edit"])
def test_the_notice_goes_by_itself_once_the_server_answers_again(who: Person, lead: int, path: str) -> None:
    page = who.open(path.format(lead=lead))
    field = page.locator("form[data-stay] .input").first
    field.fill(TYPED)
    page.route("**", lost)
    with page.expect_event("requestfailed", lambda one: one.url.endswith("/health")):
        field.press("Control+Enter")
        expect(page.locator("form #offline")).to_be_visible()
    expect(page.locator("form #offline")).to_be_visible()
    page.unroute_all()
    forgive(who)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#trouble")).to_be_hidden()
    expect(field).to_have_value(TYPED)
    field.press("Control+Enter")
    expect(page.locator(".toast")).to_be_visible()
    forgive(who)


@each("status", [200, 502, 503])
def test_a_form_stays_where_a_proxy_answers(who: Person, lead: int, status: int) -> None:
    page = typed(who, lead)
    who.watch.expected = {status}
    body = "<html><title>Proxy</title><body><h1>Bad gateway</h1></body></html>"
    page.route("**/leads/*", lambda route: route.fulfill(status=status, body=body, content_type="text/html"))
    save(page)
    expect(page.locator("form.form #trouble")).to_be_visible()
    expect(page.locator("#name")).to_have_value(TYPED)
    page.unroute_all()
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TYPED)


def test_a_note_that_was_not_sent_stays_in_the_window(who: Person, lead: int) -> None:
    page = who.open(f"/leads/{lead}")
    page.locator("#note-text").fill(TYPED)
    page.route("**", lost)
    page.locator("#pick .strong").click()
    expect(page.locator("#pick #offline")).to_be_visible()
    forgive(who)
    page.unroute_all()
    who.open("/leads")
    who.open(f"/leads/{lead}")
    expect(page.locator("#note-text")).to_have_value(TYPED)
    page.locator("#pick .strong").click()
    expect(page.locator("section:has(#notes) .rows")).to_contain_text(TYPED)
    expect(page.locator("#note-text")).to_have_value("")


def test_faults_are_told_in_the_page_and_the_rest_stays(who: Person, lead: int) -> None:
    page = typed(who, lead)
    who.watch.expected = {422}
    page.get_by_label("Email", exact=True).fill("ana@")
    save(page)
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#faults")).to_be_in_viewport()
    expect(page.locator("#name")).to_have_value(TYPED)
    assert page.url.endswith(f"/leads/{lead}/edit")
    who.look()
    page.get_by_label("Email", exact=True).fill("ana@example.pt")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TYPED)


def test_a_row_more_is_shown_in_the_page(who: Person, lead: int) -> None:
    page = typed(who, lead)
    page.locator("[name=add]").click()
    page.locator("[name='custom_data.0.name']").fill("Shoe size")
    page.locator("[name='custom_data.0.value']").fill("38")
    expect(page.locator("#name")).to_have_value(TYPED)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TYPED)
    expect(page.locator("main")).to_contain_text("Shoe size")


def test_two_people_choose_in_the_page(who: Person, team: Company, lead: int) -> None:
    page = typed(who, lead)
    who.watch.expected = {409, 404}
    with team.client() as api:
        api.put(f"/api/lead/{lead}", json={"name": "Theirs"})
        save(page)
        page.get_by_label("Theirs").check()
        save(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Theirs")
        page.keyboard.press("e")
        page.locator("#name").fill(TYPED)
        api.delete(f"/api/lead/{lead}")
        save(page)
        expect(page.locator("main")).to_contain_text(TYPED)
        page.get_by_role("button", name="Restore, and back").click()
        expect(page.locator("#name")).to_have_value(TYPED)
        save(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text(TYPED)


def test_a_form_whose_session_has_ended_comes_back_after_signing_in(who: Person, lead: int) -> None:
    page = typed(who, lead)
    who.watch.expected = {401}
    page.context.clear_cookies()
    save(page)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    assert TYPED.replace(" ", "+") in page.locator("[name=kept]").input_value()


def test_a_form_is_sent_once_however_often_it_is_clicked(who: Person, team: Company) -> None:
    sent = list[Request]()
    page = who.open("/leads/new")
    page.on("request", lambda one: sent.append(one) if one.method == "POST" else None)
    page.locator("#name").fill("Once")
    page.evaluate(
        "() => { const form = document.querySelector('form.form'); for (let i = 0; i < 4; i++) form.requestSubmit() }"
    )
    expect(page.get_by_role("heading", level=1)).to_contain_text("Once")
    assert len(sent) == 1
    with team.client() as api:
        assert len(api.get("/api/lead?q=Once").json()["data"]) == 1


def test_four_fast_clicks_merge_once(who: Person, team: Company) -> None:
    with team.client() as api:
        one, other, third = (api.new("lead", {"name": f"Merge {place}"}) for place in range(3))
        page = who.open(f"/duplicates/{one}-{other}")
        page.get_by_role("button", name="Merge").click(click_count=4, delay=1)
        expect(page.locator(".toast")).to_contain_text("2 leads merged into ")
        assert [api.get(f"/api/lead/{each}").status_code for each in (one, other, third)] == [200, 404, 200]


def test_a_form_with_something_typed_is_not_left_unasked(who: Person, lead: int) -> None:
    asked = list[str]()

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page = typed(who, lead)
    page.locator("#name").blur()
    page.on("dialog", stay)
    for _ in range(2):
        page.keyboard.press("g")
        with page.expect_event("dialog"):
            page.keyboard.press("l")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Emails").click()
    assert asked == ["beforeunload"] * 3
    expect(page.locator("#name")).to_have_value(TYPED)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TYPED)
    assert len(asked) == 3


def test_who_cancels_is_not_asked(who: Person, lead: int) -> None:
    page = typed(who, lead)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#name")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(TYPED)


def test_a_stage_that_was_chosen_is_saved_with_the_note_about_it(who: Person, lead: int) -> None:
    page = who.open(f"/leads/{lead}")
    page.locator("#contact_lifecycle_stage_id").select_option("3")
    page.locator("#note-text").fill("Wants an offer")
    page.locator("#pick .strong").click()
    expect(page.locator("#contact_lifecycle_stage_id [selected]")).to_have_attribute("value", "3")
    expect(page.locator("section:has(#notes) .rows")).to_contain_text("Wants an offer")
    expect(page.locator("#note-text")).to_have_value("")
    who.open(f"/leads/{lead}")
    expect(page.locator("#note-text")).to_have_value("")


def test_faults_stand_beside_what_was_typed_beside_a_lead(who: Person, lead: int) -> None:
    page = who.open(f"/leads/{lead}")
    who.watch.expected = {422}
    page.locator("#note-text").fill(TYPED)
    page.get_by_label("Another day or time").check()
    page.locator("#task-due").fill("")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#task-due-said")).to_be_visible()
    expect(page.locator("#note-text")).to_have_value(TYPED)
    page.locator("#task-due").fill("2030-01-31")
    page.locator("#pick .strong").click()
    expect(page.locator("section:has(#notes) .rows")).to_contain_text(TYPED)
    expect(page.locator("section:has(#tasks) .rows")).to_contain_text("31 Jan 2030")


def test_a_stage_that_was_chosen_is_still_there_after_another_form(who: Person, team: Company) -> None:
    with team.client() as api:
        lead = api.new("lead", {"name": "Rui"})
        api.new("task", {"lead_id": lead, "text": "Call back"})
    page = who.open(f"/leads/{lead}")
    page.locator("#contact_lifecycle_stage_id").select_option("3")
    page.locator("section:has(#tasks) .tick").click()
    expect(page.locator("section:has(#tasks) .done")).to_be_visible()
    expect(page.locator("#contact_lifecycle_stage_id")).to_have_value("3")
    expect(page.locator("#pick .strong")).to_be_visible()


def test_a_call_leads_on_to_the_next_lead_by_a_button_and_by_keys(who: Person, team: Company) -> None:
    with team.client() as api:
        first, second, third = (api.new("lead", {"name": f"Call {place}"}) for place in range(3))
    page = who.open(f"/leads/{first}?q=Call&sort=name")
    heading = page.get_by_role("heading", level=1)
    page.locator("#note-text").click()
    page.keyboard.type("Wants an offer")
    page.locator("#contact_lifecycle_stage_id").select_option("3")
    page.get_by_text("Tomorrow", exact=True).click()
    page.get_by_role("button", name="Save and next").click()
    expect(heading).to_have_text("Call 1")
    expect(page.locator(".toast")).to_contain_text(": added a note, changed the stage, added a follow-up.")
    assert f"/leads/{second}?" in page.url
    who.look()
    expect(page.locator("#note-text")).to_be_focused()
    expect(page.locator(".toast kbd")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".toast kbd")).to_be_visible()
    page.locator("#note-text").focus()
    page.keyboard.type("Asks for us")
    page.keyboard.press("Control+Shift+Enter")
    expect(heading).to_have_text("Call 2")
    expect(heading).to_be_in_viewport()
    assert f"/leads/{third}?" in page.url
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(heading).to_have_text("Call 1")
    expect(page.locator("section:has(#notes)")).to_contain_text("Asks for us")
    expect(page.locator("#note-text")).to_have_value("")
