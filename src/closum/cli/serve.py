"""closum serve: the only command that loads the web stack."""

import contextlib
import ipaddress
import os
import signal
import socket
import stat
import sys
from typing import TYPE_CHECKING

import click

from closum import __version__
from closum import settings as table
from closum.accounts.keys import refuse_weak_key, signing_key
from closum.cli import setup
from closum.cli.certificate import pair_of
from closum.cli.options import open_session, setting, warn_of_exposures
from closum.errors import Refusal
from closum.settings import Settings
from closum.store import migrate
from closum.store.opening import connections, locate

if TYPE_CHECKING:
    from closum.app import Config
    from closum.http.certificate import Pair
    from closum.http.server import Server, Workers

KEEP_ALIVE = 75  # seconds, longer than the 60 of the usual proxies
OWN_OF_ALL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - by the address of every network interface
GRACE = 25  # seconds for requests under way when the server is told to stop


@click.command()
@setting("host")
@setting("port")
@setting("uds")
@setting("tls_cert")
@setting("tls_key")
@setting("database")
@setting("must_exist")
@setting("workers")
@setting("pool_size")
@setting("root_path")
@setting("trusted_proxy")
@setting("log_level")
def serve(**given: str | None) -> None:
    """Serve the pages and the API. If there is no user yet, the server tells where the first one is made."""
    settings = table.load(given)
    for name in table.unknown_variables():
        click.echo(
            f"closum: {name} is set, but closum has no such setting ('closum settings' lists them)", err=True
        )
    with locate(settings.database).serve(settings.workers, settings.must_exist) as url:
        _run(settings.replaced(database=url))


def _run(settings: Settings) -> None:
    refuse_weak_key(settings.signing_key, settings.database)
    pair = pair_of(settings)
    with contextlib.closing(_listen(settings)) as listener:
        address = _address(settings, listener)
        settings = _within_connections(settings)
        config = _config(settings, pair)
        server = _server(config, listener, settings.log_level)
        for number in (signal.SIGTERM, signal.SIGINT):  # from here on, not only once it has started
            signal.signal(number, server.handle_exit)
        key_missing, told = _prepare(settings, address)
        location = locate(settings.database)
        warn_of_exposures(location)
        with location.serving():
            config.key = _signing_key(settings, key_missing)
            click.echo(f"closum {__version__}, schema {migrate.newest()}, database {location.full_name}")
            click.echo(f"closum serves on {address}")
            if elsewhere := _elsewhere(settings, listener):
                click.echo(elsewhere)
            if told:
                click.echo(f"\n{told}\n")
            server.run([listener])
        _give_up_log()


def _give_up_log() -> None:
    """What could not be written of the log is no failure of the server: Python would exit with 120."""
    try:
        sys.stderr.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stderr.fileno())
        os.close(nowhere)


def _prepare(settings: Settings, address: str) -> tuple[bool, str]:
    """Whether there are users, and no key beside them; and what to tell where there are none."""
    with open_session(settings.database, create=not settings.must_exist, serving=True) as session:
        told = setup.offer(session, settings, address)
        with session.read() as unit:
            return not told and settings.signing_key is None and session.stored_key(unit) is None, told


def _signing_key(settings: Settings, missing: bool) -> bytes:
    """The key. One that is made beside users is told of: when it was lost, everybody has to sign in again."""
    key = signing_key(settings.signing_key, settings.database)
    if missing:
        click.echo(f"closum: {_new_key(settings.database)}", err=True)
    return key


def _new_key(database: str) -> str:
    place, back = locate(database).key_place
    return (
        f"Made a signing key, {place}. At a first start that is as it should be. Later it means that the key was lost:"
        f" every token has ended, and users sign in again. To have the tokens back, {back}"
    )


def _within_connections(settings: Settings) -> Settings:
    """The settings with as many processes and connections as the database has for them. Raises Refusal."""
    workers, pool_size, reason = connections(settings.database, settings.workers, settings.pool_size)
    if (workers, pool_size) == (settings.workers, settings.pool_size):
        return settings
    wanted = settings.workers * (settings.pool_size + 1)
    click.echo(
        f"closum: This server wants {wanted} connections to the database and gets fewer ({reason}). It serves with"
        f" {workers * (pool_size + 1)}: --workers {workers} --pool-size {pool_size}. For more, raise max_connections or"
        " the limit of the role, the database or the pooler, and start it again",
        err=True,
    )
    return settings.replaced(workers=workers, pool_size=pool_size)


def _listen(settings: Settings) -> socket.socket:
    try:
        if settings.uds:
            return _unix_listener(settings.uds)
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        place = settings.uds or f"{settings.host} port {settings.port}"
        raise Refusal(
            f"Cannot listen on {place}: {os.strerror(error.errno) if error.errno else error}; choose another with --port or --uds"
        ) from None


def _unix_listener(name: str) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.stat(name).st_mode):
            raise Refusal(f"{name} exists and is not a socket: name another with --uds")
        if _is_live(name):
            raise Refusal(f"Cannot listen on {name}: another server does; choose another with --uds")
        os.unlink(name)  # left by a server that was killed
    with contextlib.ExitStack() as unless_ready:
        listener = unless_ready.enter_context(socket.socket(socket.AF_UNIX))
        listener.bind(name)
        os.chmod(name, 0o666)  # noqa: S103 - who may connect is decided by the folder that it lies in
        listener.listen(2048)
        unless_ready.pop_all()
    return listener


def _is_live(name: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(name)
        except ConnectionRefusedError:
            return False
        return True


def _address(settings: Settings, listener: socket.socket) -> str:
    """One that this machine can open: that of every network interface is none."""
    if settings.uds:
        return f"unix:{settings.uds}"
    host, port = listener.getsockname()[:2]
    host = OWN_OF_ALL.get(host, host)
    scheme = "https" if settings.tls_cert else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _elsewhere(settings: Settings, listener: socket.socket) -> str:
    """How other machines reach the server; "" where they do not, or by a proxy."""
    if settings.uds:
        return ""
    host, port = listener.getsockname()[:2]
    if ipaddress.ip_address(host).is_loopback:
        return ""
    if settings.tls_cert:
        return f"Other machines open https:// with a name of this one that the certificate is for, and port {port}."
    return (
        f"Programs on other machines reach port {port} at this one's name or address. For people to sign in from there,"
        " name a certificate with --tls-cert and --tls-key, or use a proxy with TLS."
    )


def _config(settings: Settings, pair: "Pair | None") -> "Config":
    from closum.app import Config

    return Config(
        settings,
        pair,
        workers=settings.workers,
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        root_path=settings.root_path,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=False,  # `Proxied` reads them
    )


def _server(config: "Config", listener: socket.socket, log_level: str) -> "Server | Workers":
    from closum.http.log import configure
    from closum.http.server import Server, Workers

    configure(log_level)
    if config.workers == 1:
        return Server(config)
    return Workers(config, listener)
