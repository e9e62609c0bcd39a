"""A new user from the first address to the end of a day, as a person walks: in each language, on a phone, and without scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from closum.web.words import load
from tests.support import engine
from tests.support.browser import violations
from tests.support.patience import wait_until
from tests.support.server import Server
from tests.web.browser.conftest import DESK, PHONE, Person, person

ROWS = """Name,Email,Phone,City
Marta Reis,marta.reis@example.com,+351 913 000 111,Faro
Nuno Sá,nuno.sa@example.com,+351 913 000 112,Porto
Filipa Matos,filipa.matos@example.com,+351 913 000 113,Braga
Tiago Nunes,not an address,+351 913 000 114,Lisboa
"""
PASSWORD = "correct horse battery"


@contextmanager
def new_server(folder: Path) -> Iterator[Server]:
    engine.current = engine.SQLITE
    with Server(folder) as server:
        yield server


class Walk:
    """What a person does at the pages: by the names of things in a language, never by their addresses."""

    def __init__(self, one: Person) -> None:
        self.one, self.page, self.words = one, one.page, load()[one.language]

    def go(self, key: str) -> None:
        """By the main menu."""
        menu = self.page.get_by_role("button", name=self.words.menu, exact=True)
        if menu.is_visible():
            menu.click()
        name = self.words(key)
        self.page.locator("#nav").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        self.one.look()

    def press(self, name: str, within: Locator | None = None) -> None:
        """A button, by its name; the page that comes is as every page is."""
        (within or self.page.locator("main")).get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state()

    def told(self, text: str = "") -> Locator:
        """The toast of the page."""
        toast = self.page.locator(".toast")
        expect(toast).to_contain_text(text)
        self.one.look()
        return toast

    def undo(self, told: str = "") -> None:
        self.press(self.words.undo, self.page.locator(".toast"))
        self.told(told or self.words.undone)

    def open_lead(self, name: str) -> None:
        self.go("leads")
        self.page.locator(".title").get_by_role("link", name=name, exact=True).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(name)


def begin(walk: Walk, address: str) -> None:
    page, words = walk.page, walk.words
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(words.welcome)
    assert not walk.one.scripts or violations(page) == []  # which a script looks for
    values = {
        words.company: "Casa Exemplo",
        words.your_name: "Ana Lopes",
        words.your_email: "ana@example.com",
        words.password: PASSWORD,
    }
    for label, value in values.items():
        page.get_by_label(label, exact=True).fill(value)
    walk.press(words.make_account)
    page.wait_for_url("**/leads")
    walk.one.look()
    assert not walk.one.scripts or violations(page) == []  # which a script looks for


def import_file(walk: Walk, folder: Path) -> None:
    page, words = walk.page, walk.words
    file = folder / "contactos.csv"
    file.write_text(ROWS, encoding="utf-8")
    walk.go("import")
    page.locator("main a[href$='/imports/new']").first.click()
    page.set_input_files("#file", file)
    walk.press(words.file_send)
    check = page.locator("button[name=go]")
    expect(check).to_be_visible()
    walk.one.look()
    check.click()
    start = page.locator(".actions form .button.strong")
    expect(start).to_contain_text("3")
    walk.one.look()
    start.click()
    see = page.get_by_role("link", name=words.see_imported)
    expect(see).to_be_visible()
    walk.one.look()
    expect(page.locator("main")).to_contain_text("not an address")


def find(walk: Walk, name: str) -> None:
    """One result, which Enter opens."""
    walk.go("leads")
    field = walk.page.get_by_role("searchbox")
    field.fill(name)
    if walk.one.scripts:
        expect(walk.page.locator("#list tbody tr")).to_have_count(1)
    field.press("Enter")
    expect(walk.page.get_by_role("heading", level=1)).to_contain_text(name)
    walk.one.look()


def call(walk: Walk) -> None:
    """A note, a stage and a follow-up, saved at once and taken back at once; whoever has a script stays where they are."""
    page, words = walk.page, walk.words
    stage = page.get_by_label(words("lead.contact_lifecycle_stage_id"), exact=True)
    before = stage.input_value()
    page.get_by_label(words("note.new"), exact=True).press_sequentially("Wants an offer\nby Friday")
    page.get_by_label(words("note.kind.call"), exact=True).check()
    stage.select_option(index=4)
    chosen = stage.input_value()
    assert chosen != before
    page.get_by_label(words("due_in.1"), exact=True).check()
    save = page.get_by_role("button", name=words.save, exact=True)
    save.scroll_into_view_if_needed()
    if walk.one.scripts:
        place = page.evaluate("() => scrollY")
        save.click()
        expect(page.locator("#call")).to_be_focused()
        assert page.evaluate("() => scrollY") == place
    else:
        save.click()
    told = ", ".join(words(key) for key in ("did.note.call", "did.stage", "did.task"))
    walk.told(f": {told}.")
    notes, tasks = page.locator("section:has(#notes)"), page.locator("section:has(#tasks)")
    expect(notes).to_contain_text("by Friday")
    expect(tasks).to_contain_text(words.task_usual)
    expect(stage).to_have_value(chosen)
    walk.undo(words("undid_of").removeprefix("{name}").partition("{what}")[0])
    expect(stage).to_have_value(before)
    expect(notes.or_(tasks)).to_have_count(0)


def begin_day(walk: Walk) -> None:
    """A follow-up of tomorrow, done and open again; a lead that nobody has, taken and given back."""
    page, words = walk.page, walk.words
    walk.open_lead("Marta Reis")
    page.get_by_label(words("due_in.1"), exact=True).check()
    page.get_by_role("button", name=words.save, exact=True).click()
    walk.told()
    walk.go("today")
    week, unowned = (page.locator(f"section[aria-labelledby=t-{name}]") for name in ("week", "unowned"))
    for section in (week, unowned):
        expect(section).to_contain_text("Marta Reis")
    walk.press(words.tick.format(what=words.task_usual), week)
    walk.told()
    expect(week).to_have_count(0)
    walk.undo()
    expect(week).to_contain_text("Marta Reis")
    walk.press(words.today_take_what.format(what="Marta Reis"), unowned)
    walk.told()
    expect(unowned).not_to_contain_text("Marta Reis")
    walk.undo()
    expect(unowned).to_contain_text("Marta Reis")
    walk.open_lead("Marta Reis")


def edit(walk: Walk) -> None:
    page, words = walk.page, walk.words
    heading = page.get_by_role("heading", level=1)
    page.locator("main").get_by_role("link", name=words.edit).first.click()
    walk.one.look()
    page.get_by_label(words("lead.name"), exact=True).fill("Marta Reis de Sá")
    page.locator(".actions").get_by_role("button", name=words.save).click()
    walk.told()
    expect(heading).to_have_text("Marta Reis de Sá")
    walk.undo()
    expect(heading).to_have_text("Marta Reis")


def move_on_the_board(walk: Walk) -> None:
    """Into the first of the stages that its menu offers, and back."""
    page, words = walk.page, walk.words
    walk.go("board")
    columns = page.locator(".board > section")
    expect(columns.first).to_contain_text("Nuno Sá")
    expect(columns.first).to_contain_text(words.board_none)
    page.get_by_label(words("board_move").format(name="Nuno Sá"), exact=True).click()
    walk.one.look()
    walk.press("", page.locator(".menu[open]"))
    expect(columns.nth(1)).to_contain_text("Nuno Sá")
    walk.told("Nuno Sá")
    walk.undo()
    expect(columns.first).to_contain_text("Nuno Sá")


def edit_many(walk: Walk) -> None:
    page, words = walk.page, walk.words
    walk.go("leads")
    for name in ("Marta Reis", "Nuno Sá"):
        page.get_by_role("row", name=name).get_by_role("checkbox").check()
    bar = page.locator(".bulk")
    expect(bar).to_be_visible()
    walk.press(words.edit, bar)
    walk.one.look()
    page.locator("details.more > summary").first.click()
    page.locator("[id='f-source']").fill("Fair")
    walk.press(words.bulk_save.partition("{")[0].strip())
    walk.told("2")
    walk.undo()


def merge(walk: Walk) -> None:
    """Somebody is written down twice, and made one."""
    page, words = walk.page, walk.words
    walk.go("leads")
    page.locator("main").get_by_role("link", name=words("lead.new")).first.click()
    page.get_by_label(words("lead.name"), exact=True).fill("Filipa Matos")
    page.locator("[id='phone.number']").fill("+351 913 000 113")
    page.locator(".actions").get_by_role("button", name=words.save).click()
    walk.told()
    walk.go("duplicates")

    def is_found() -> bool:
        if page.get_by_role("button", name=words.merge_two).count() == 0:
            page.reload()
        return page.get_by_role("button", name=words.merge_two).count() > 0

    wait_until(is_found)
    walk.one.look()
    walk.press(words.merge_two)
    walk.told()


def delete_and_restore(walk: Walk) -> None:
    page, words = walk.page, walk.words
    walk.open_lead("Nuno Sá")
    page.locator("summary", has=page.locator(".icon")).last.click()
    page.locator(".menu[open]").get_by_role("button", name=words.to_bin).click()
    walk.told()
    walk.go("bin")
    page.get_by_role("checkbox", name="Nuno Sá").check()
    walk.press(words.bin_restore)
    walk.told()
    walk.open_lead("Nuno Sá")


def leave(walk: Walk) -> None:
    page, words = walk.page, walk.words
    menu = page.get_by_role("button", name=words.menu, exact=True)
    if menu.is_visible():
        menu.click()
    page.get_by_role("button", name=words.sign_out).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.sign_in)
    page.goto(f"{walk.one.server.address}/leads")
    assert "/sign-in?next=%2Fleads" in page.url
    page.get_by_label(words.email, exact=True).fill("ana@example.com")
    page.get_by_label(words.password, exact=True).fill(PASSWORD)
    walk.press(words.sign_in)
    expect(page.get_by_role("heading", level=1)).to_contain_text(words.leads)
    walk.one.look()


@pytest.mark.parametrize(
    ("language", "width", "theme", "scripts"),
    [("en", DESK, "light", True), ("pt", PHONE, "dark", True), ("pt", DESK, "light", False)],
    ids=["English at a desk", "Portuguese on a phone", "without scripts"],
)
def test_a_day(
    browser: Browser, tmp_path: Path, language: str, width: int, theme: str, scripts: bool
) -> None:
    with (
        new_server(tmp_path) as server,
        person(browser, server, language=language, width=width, theme=theme, scripts=scripts) as one,
    ):
        walk = Walk(one)
        begin(walk, (tmp_path / "closum.db.setup").read_text(encoding="utf-8").strip())
        import_file(walk, tmp_path)
        find(walk, "Marta Reis")
        call(walk)
        begin_day(walk)
        edit(walk)
        move_on_the_board(walk)
        edit_many(walk)
        merge(walk)
        delete_and_restore(walk)
        leave(walk)


def test_the_page_alone_shows_nothing_to_who_does_not_know_the_code(browser: Browser, tmp_path: Path) -> None:
    with new_server(tmp_path) as server, person(browser, server) as one:
        page: Page = one.open("/")
        one.watch.expected.add(422)
        assert page.locator("[name=code]").input_value() == ""
