"""The composition root: importing closum does nothing, `build_app` puts everything together."""

import asyncio
import contextlib
import gc
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, ClassVar

from starlette.types import ASGIApp

from closum import resources
from closum.accounts.keys import signing_key
from closum.accounts.sign_in import SignIn
from closum.accounts.tokens import Tokens
from closum.api import openapi, routes
from closum.http import answer
from closum.http.answer import Answer
from closum.http.certificate import Certificates, Pair, PemFiles
from closum.http.clocks import ClockWatch, steady_time
from closum.http.cors import CrossOrigin
from closum.http.edge import Edge, RequestLog
from closum.http.key_use import Uses
from closum.http.protocol import protocol
from closum.http.proxied import Proxied
from closum.http.quick import QUICK
from closum.http.request import Request, Services
from closum.http.route import PUBLIC, Handler, Route
from closum.http.router import Router
from closum.http.server import ServerConfig, end_with_parent
from closum.http.spool import Spool
from closum.http.written import Keys
from closum.model.counts import Counts
from closum.model.cursor import Cursors
from closum.operations import bulk, handover, kept, retention, undoing
from closum.operations.importing import keeping
from closum.operations.importing import work as importing
from closum.operations.importing.declared import Said, unsaid
from closum.operations.importing.files import Files
from closum.operations.runner import Kind, Runner
from closum.reference import guides
from closum.reference.prose import sections
from closum.reference.samples import samples
from closum.reference.site import Reference
from closum.settings import Settings
from closum.store.opening import files_folder, locate, open_database
from closum.store.unit import Clock
from closum.web import routes as web
from closum.web import runs
from closum.web.entry import Pages
from closum.web.site import Site
from closum.web.table import Table


def build_app(
    settings: Settings,
    log: RequestLog,
    clock: Clock = time.time,
    key: bytes | None = None,
    clock_watch: ClockWatch | None = None,
) -> ASGIApp:
    """The ASGI application over a database that is up to date. Without the key of its tokens it looks for it there.

    A clock that is not watched is steady itself.
    """
    key = key or signing_key(settings.signing_key, settings.database)
    services = _services(settings, key, clock_watch or ClockWatch(clock, clock))
    site = Site(settings.root_path, key, resources.RESOURCES)
    pages = Pages(site)
    refuse_unknown = settings.unknown_parameters == "refuse"
    table = every_route(site, pages, refuse_unknown=refuse_unknown)

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        services.db = await open_database(settings.database, clock, settings.pool_size)
        runner = Runner(services.db, background_work(settings, site.said, alone=services.db.alone))
        services.wake = runner.wake
        runner.start()
        sweeping = asyncio.ensure_future(keeping.sweep(services.db, services.files))
        try:
            yield
        finally:
            sweeping.cancel()
            await runner.stop()
            await services.uses.close()
            await services.db.close()
            services.sign_in.close()

    app: ASGIApp = Router(
        table, services, lifespan, refuse_unknown=refuse_unknown, missing=web.missing(site, pages)
    )
    if settings.cors_origins:
        app = CrossOrigin(app, settings.cors_origins)
    app = Edge(app, log)
    return Proxied(app, settings.trusted_proxy) if settings.trusted_proxy else app


def _services(settings: Settings, key: bytes, clock_watch: ClockWatch) -> Services:
    return Services(
        Tokens(key, settings.token_lifetime),
        Spool(_spool_folder(settings)),
        SignIn(clock_watch, key),
        Cursors(key),
        Keys(key),
        Counts(key),
        kept.days(settings.history_days),
        _files(settings),
        Uses(),
        settings.history_days,
        settings.ledger_days,
        setup_file=locate(settings.database).setup_file,
    )


def background_work(settings: Settings, said: Said = unsaid, *, alone: bool = True) -> list[Kind]:
    """Every kind of background work; not `alone` the database has other servers. `said` is what pages call things."""
    return [
        *retention.kinds(settings.history_days, settings.ledger_days),
        undoing.kind(),
        bulk.kind(),
        handover.kind(),
        importing.kind(_files(settings), said, alone=alone),
        keeping.kind(kept.days(settings.history_days)),
    ]


def _files(settings: Settings) -> Files:
    return Files(files_folder(settings.database, settings.files_folder))


def _spool_folder(settings: Settings) -> Path:
    """On a disk: /tmp is in memory on many systems."""
    if settings.spool_folder:
        return Path(settings.spool_folder)
    if (folder := locate(settings.database).folder) is not None:
        return folder
    usual = Path("/var/tmp")  # noqa: S108 - the files in it have no names
    return usual if os.access(usual, os.W_OK) else Path(tempfile.gettempdir())


def every_route(site: Site, pages: Pages, *, refuse_unknown: bool = True) -> list[Route]:
    """Those of `route_table`, which may refuse unknown parameters, and those of the pages that people use."""
    api = route_table(site.root_path, site.assets)
    return [
        *api,
        *web.table(site, pages),
        *runs.routes(Table(site, pages), api, refuse_unknown=refuse_unknown),
    ]


def route_table(root_path: str = "", asset: Callable[[str], str] = str) -> list[Route]:
    """Every route of the API, its OpenAPI document, and the pages of the reference; `asset` is the path of a file of theirs."""
    table = routes.table(resources.RESOURCES)
    prose = sections((*resources.RESOURCES, *resources.SINGLETONS), root_path)
    document = openapi.document(table, prose, samples(table), root_path)
    table.append(Route("GET", "/api/openapi.json", _document(answer.encode(document)), PUBLIC))
    table += Reference(document, root_path, asset, guides.load()).routes()
    return table


def _document(text: bytes) -> Handler:
    async def document(request: Request) -> Answer:
        return Answer(200, text)

    return document


OBJECTS = 50_000  # that hold others, new since the last look for cycles


class Config(ServerConfig):
    """What a server process needs, put together in the process that serves: it may be another one.

    It is handed the `key` of tokens, so that it can begin while the database is gone, and the certificate of TLS, if it has
    one, so that it can begin while its files are being replaced.
    """

    quick: ClassVar = QUICK  # the optional pieces of its connections

    def __init__(self, settings: Settings, pair: Pair | None = None, **options: Any) -> None:
        super().__init__("", **options)
        self._settings, self._pair = settings, pair
        self.key: bytes | None = None

    def load(self) -> None:
        log = RequestLog(self._settings.log_level)
        watch = ClockWatch(time.time, steady_time)
        self.app = build_app(self._settings, log, key=self.key, clock_watch=watch)
        if self._pair is None:
            self.each_second = [watch.look]
            self.http = protocol(log.refusal, self.quick)
        else:
            certificates = Certificates(PemFiles(self._settings.tls_cert, self._settings.tls_key), self._pair)
            self.each_second = [watch.look, certificates.look]
            self.http = protocol(log.refusal, self.quick, lambda: certificates.context)
        super().load()
        end_with_parent()
        _collect_seldom()


def _collect_seldom() -> None:
    """Answers are built of many objects that end with them; looking through all of them for cycles costs a tenth."""
    gc.freeze()  # also the few cycles that loading has left: a search for them takes an eighth of the start
    gc.set_threshold(OBJECTS, 10, 10)
