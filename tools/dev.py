"""`make dev`: a server with demo data and a debug log, which starts again whenever a file in src changes.

The arguments are options of `closum serve`. The whole command starts again, not only the application as with uvicorn's
own reload: so changed settings, commands and migrations take effect too.
"""

import os
import shlex
import signal
import sys
from pathlib import Path

import click
from watchfiles import run_process

from closum.accounts import passwords, users
from closum.accounts.keys import signing_key
from closum.cli.options import open_session
from closum.errors import Error, Refusal
from closum.operations import demo
from closum.store import identity
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".cache/dev"
DATABASE = f"sqlite:///{FOLDER}/closum.db"

ACCOUNT = "Demo company"
EMAIL = "dev@example.com"
LEADS = 1_000
STOP_SECONDS = 30  # more than the requests under way get when a server stops


def main(options: list[str]) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    if any(one == "--database" or one.startswith("--database=") for one in options):
        sys.exit("make dev has a database of its own. For another one: make run ARGS='--database URL'")
    password = kept_password()
    try:
        prepare(password)
    except (Error, Refusal) as error:
        sys.exit(f"{error}\nTo start again with a new database for development: rm -r {FOLDER}")
    click.echo(f"\n  Account:   {ACCOUNT}\n  E-mail:    {EMAIL}\n  Password:  {password}\n")
    run_process(ROOT / "src", target=command(options), target_type="command", sigint_timeout=STOP_SECONDS)


def command(options: list[str]) -> str:
    """The command line of the server. Of options that are given twice, the last counts."""
    serve = [
        sys.executable,
        "-m",
        "closum",
        "serve",
        "--log-level",
        "debug",
        *options,
        "--database",
        DATABASE,
    ]
    return shlex.join(serve)


def kept_password() -> str:
    """The same at each start, so that scripts and bookmarks stay valid; only its owner can read it."""
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = FOLDER / "password"
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(passwords.generated())
    return file.read_text(encoding="utf-8").strip()


def prepare(password: str) -> None:
    """Add what the database lacks: the account, the user with this password, the leads, the key of tokens."""
    password_hash = passwords.hashed(password)
    with open_session(DATABASE, create=True) as session:
        with session.write() as unit:
            owner = _account(unit)
            _set_user(unit, owner, password, password_hash)
        _add_leads(session, owner)
    signing_key(None, DATABASE)


def _account(unit: Unit) -> Account:
    return identity.account_by_key(unit, users.name_key(ACCOUNT)) or users.add_account(unit, ACCOUNT)


def _set_user(unit: Unit, owner: Account, password: str, password_hash: str) -> None:
    user = identity.user_by_key(unit, users.email_key(EMAIL))
    if user is None:
        users.add_user(unit, owner, EMAIL, password_hash)
    elif not passwords.matches(password, user.password_hash):
        identity.set_password(unit, user.id, password_hash)


def _add_leads(session: Session, owner: Account) -> None:
    with session.read() as unit:
        own = unit.of(owner.id)
        start = demo.next_person(own)
        missing = max(LEADS - start, 0)
        dates = demo.dates(own, missing)
    if missing:
        steps = demo.steps(start, missing, lambda: demo.LARGE_SET, lambda done, count: None, dates)
        session.write_steps(steps, owner.id)
        click.echo(f"Added {missing} leads to the account '{ACCOUNT}'.")


if __name__ == "__main__":
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # also where a shell starts it with & to ignore Ctrl-C
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
