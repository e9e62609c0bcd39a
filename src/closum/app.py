"""The composition root: importing closum does nothing, `build_app` puts everything together."""

import contextlib
import time
from collections.abc import AsyncIterator

from starlette.types import ASGIApp

from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.api import routes
from closum.api.call import Services
from closum.api.cors import CrossOrigin
from closum.api.edge import Edge
from closum.api.log import RequestLog
from closum.resources import RESOURCES
from closum.settings import Settings
from closum.store.database import Database
from closum.store.place import path_of
from closum.store.sqlite import Clock


def build_app(settings: Settings, log: RequestLog, clock: Clock = time.time) -> ASGIApp:
    """The ASGI application over a database that is there and up to date."""
    path = path_of(settings.database)
    services = Services(Tokens(signing_key(settings.signing_key, path), settings.token_lifetime))
    router = routes.router(routes.table(RESOURCES), services)

    @contextlib.asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        services.db = Database(path, clock)
        try:
            yield
        finally:
            await services.db.close()
            services.hashing.shutdown()

    router.lifespan_context = lifespan
    app: ASGIApp = router
    if settings.cors_origins:
        app = CrossOrigin(app, settings.cors_origins)
    return Edge(app, log)
