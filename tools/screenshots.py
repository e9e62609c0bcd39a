"""Pictures of the main pages, with invented people and a clock of their own: the same on every run with the same browser.

All are written to `.cache/screenshots`; those of the README to `docs/screenshots`, too.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext

from benchmarks.process import Process, clean_environment, free_port
from tests.support import import_calls
from tests.support.browser import chromium
from tests.support.client import Client
from tests.support.patience import wait_until

ROOT = Path(__file__).parents[1]
ALL, KEPT = ROOT / ".cache" / "screenshots", ROOT / "docs" / "screenshots"
BEGIN = 1_795_689_660  # 2026-11-26T10:41:00+00:00, when the server starts
LEADS = 3_184
PASSWORD = "an invented password"  # noqa: S105
EMAIL = "ana@example.com"
SIZES = {"desk": (1280, 720), "phone": (360, 740)}
THEMES = ("light", "dark")

# The clock of a process begins at BEGIN and goes on from there.
_PROGRAM = """import os, time
_real, _behind = time.time, float(os.environ["BEHIND"])
time.time = lambda: _real() - _behind
from closum.cli import main
if __name__ == "__main__":
    main()
"""
# What a person's system has for its own texts differs; the pictures have Inter, where it is installed.
_ALIAS = """
  <match target="pattern">
    <test name="family"><string>{}</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit>
  </match>"""
_FONTS = f"""<?xml version="1.0"?>
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>{"".join(map(_ALIAS.format, ("system-ui", "sans-serif", "sans")))}
</fontconfig>
"""
_FILE = """Nome completo,E-mail,Telemóvel,Localidade,N.º de calçado,Newsletter
Marta Reis,marta.reis@example.com,913 000 111,Faro,38,sim
Nuno Sá,nuno.sa@example,913 000 112,Porto,43,não
Filipa Matos,filipa.matos@example.com,913 000 113,Braga,39,sim
Tiago Nunes,tiago.nunes@example.com,12,Lisboa,44,não
"""


class Picture(NamedTuple):
    """`path` has names of ids in braces; `kept` are the sizes and themes in which the README shows it."""

    name: str
    path: str
    kept: tuple[tuple[str, str], ...] = ()
    is_signed_in: bool = True


PICTURES = (
    Picture("leads", "/leads", (("desk", "light"), ("phone", "dark"))),
    Picture("leads-filtered", "/leads?q=silva&sort=name&direction=asc"),
    Picture("filters", "/leads/filters"),
    Picture("lead", "/leads/{lead}", (("desk", "light"),)),
    Picture("lead-new", "/leads/new"),
    Picture("board", "/board"),
    Picture("import-new", "/imports/new"),
    Picture("import-columns", "/imports/{import}/columns", (("desk", "dark"),)),
    Picture("import-check", "/imports/{checked}/check"),
    Picture("import-result", "/imports/{imported}"),
    Picture("today", "/today"),
    Picture("dashboard", "/dashboard"),
    Picture("duplicates", "/duplicates"),
    Picture("help", "/help/undo?from=/duplicates"),
    Picture("bin", "/bin"),
    Picture("look", "/settings/look"),
    Picture("users", "/settings/users"),
    Picture("stages", "/settings/stages"),
    Picture("reference", "/docs/leads#createLead", is_signed_in=False),
    Picture("sign-in", "/sign-in", is_signed_in=False),
)


def main() -> None:
    only = _options().only
    with tempfile.TemporaryDirectory(prefix="closum-pictures-") as name, served(Path(name)) as server:
        with server.api() as api:
            ids = fill(api)
        path = shutil.which("chromium") or sys.exit("There is no chromium: apt-get install chromium")
        fonts = Path(name) / "fonts.conf"
        fonts.write_text(_FONTS, encoding="utf-8")
        with chromium(path, FONTCONFIG_FILE=str(fonts)) as browser:
            for language in ("en", "pt"):
                take(browser, server, ids, language, only)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of pictures")
    return parser.parse_args()


class Served(NamedTuple):
    process: Process
    token: str

    def api(self) -> Client:
        return Client(self.process.address, self.token)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A server with an account of demo leads."""
    program = folder / "program.py"
    program.write_text(_PROGRAM, encoding="utf-8")
    behind = time.time() - BEGIN
    environment = {"CLOSUM_DATABASE": f"sqlite:///{folder / 'closum.db'}", "BEHIND": str(behind)}

    def run(*command: str, given: str = "") -> None:
        whole = [sys.executable, str(program), *command]
        env = clean_environment() | environment
        subprocess.run(whole, env=env, input=given, text=True, check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    for email, name in ((EMAIL, "Ana Lopes"), ("rui@example.com", "Rui Costa")):
        run(
            "user",
            "add",
            email,
            "--account",
            "Casa Exemplo",
            "--name",
            name,
            "--password-stdin",
            given=PASSWORD,
        )
    run("demo", "--leads", str(LEADS))
    port = free_port()
    command = [sys.executable, str(program), "serve", "--port", str(port)]
    with Process(command, port, folder, environment, core=None) as process:
        with Client(process.address, None) as nobody:
            token = nobody.data("POST", "/api/token", {"email": EMAIL, "password": PASSWORD})["token"]
        yield Served(process, token)


def fill(api: Client) -> Mapping[str, Any]:
    """What a few days of work leave behind."""
    api.data("PATCH", "/api/account", {"zone": "Europe/Lisbon", "country": "PT"})
    lead = LEADS - 3
    of = {"lead_id": lead}
    api.data("PATCH", f"/api/lead/{lead}", {"owner_id": 1, "contact_lifecycle_stage_id": 4})
    api.new("note", of | {"kind": "call", "text": "Wants an offer for the two flats by Friday."})
    api.new("task", of | {"due": "2026-11-27T10:00:00+00:00", "text": "Call back about the offer"})
    for number in range(1, 30):
        api.data(
            "PATCH",
            f"/api/lead/{lead - number}",
            {"contact_lifecycle_stage_id": 1 + number * number % 11 % 8},
        )
    newsletter = api.new("audience_list", {"name": "Newsletter"})
    api.new("lead_audience_list", of | {"audience_list_id": newsletter})
    api.new(
        "consent", of | {"channel": "email", "state": "given", "environment": {"REQUEST_URI": "/contact"}}
    )
    phone = {"extension": "351", "number": "934567890"}
    for city in (213, 45):
        api.new("lead", {"name": "Filipa Matos", "phone": phone, "city_id": city})
    for one in range(20, 24):
        api.delete(f"/api/lead/{one}").raise_for_status()
    ids = {"lead": lead, "import": import_calls.send(api, _FILE, "contactos-feira.csv")}
    for name in ("checked", "imported"):
        ids[name] = import_calls.send(api, _FILE, "contactos-feira.csv")
        import_calls.started(api, ids[name], dry_run=name == "checked")
    wait_until(lambda: bool(api.data("GET", "/api/lead/duplicates")))
    return ids


def take(
    browser: Browser, server: Served, ids: Mapping[str, Any], language: str, only: list[str] | None
) -> None:
    """Every picture in a language; the README shows English ones."""
    signed_in, visitor = (_context(browser, server, language) for _ in range(2))
    page = signed_in.new_page()
    page.goto("/sign-in")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/leads")
    for picture in (one for one in PICTURES if not only or one.name in only):
        one = page if picture.is_signed_in else visitor.new_page()
        for size, (width, height) in SIZES.items():
            for theme in THEMES:
                one.set_viewport_size({"width": width, "height": height})
                one.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                one.goto(picture.path.format(**ids))
                if (size, theme) not in picture.kept:  # the whole page, with what stays in sight at its end
                    whole = one.evaluate("document.documentElement.scrollHeight")
                    one.set_viewport_size({"width": width, "height": whole})
                name = f"{picture.name}-{size}-{theme}.png"
                target = ALL / language / name
                target.parent.mkdir(parents=True, exist_ok=True)
                one.screenshot(path=target)
                if language == "en" and (size, theme) in picture.kept:
                    KEPT.mkdir(parents=True, exist_ok=True)
                    shutil.copy(target, KEPT / name)


def _context(browser: Browser, server: Served, language: str) -> BrowserContext:
    context = browser.new_context(
        base_url=server.process.address,
        locale={"en": "en-GB", "pt": "pt-PT"}[language],
        reduced_motion="reduce",
    )
    language_of = {"name": "closum-language", "value": language, "url": server.process.address}
    context.add_cookies([language_of])  # type: ignore[list-item]
    return context


if __name__ == "__main__":
    main()
