"""Who a request comes from, by its token."""

from closum.accounts.tokens import Identity, identify
from closum.errors import Unauthorized
from closum.http.request import Scope, Services

SCHEME = b"bearer"


async def authenticate(scope: Scope, services: Services, needs: str) -> Identity:
    """The identity behind `Authorization: Bearer <token>`, with the permission that a route needs.

    Raises Unauthorized, Forbidden.
    """
    claims = services.tokens.read(_token(scope), services.db.clock())
    identity = identify(await services.db.identity(claims.user_id, claims.number), claims)
    identity.require(needs)
    return identity


def _token(scope: Scope) -> str:
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(values) != 1:
        raise Unauthorized
    scheme, _, token = values[0].partition(b" ")
    token = token.strip()
    if scheme.lower() != SCHEME or not token.isascii():
        raise Unauthorized
    return str(token, "ascii")
