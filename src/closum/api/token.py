"""POST /api/token: an e-mail address and a password for a token."""

from closum.accounts.credentials import ignored, parse
from closum.accounts.sign_in import Attempt
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.store.unit import timestamp


async def token(request: Request) -> Answer:
    body = await request.body()
    attempt = Attempt(parse(body), request.client, request.request_id)
    user = await request.services.sign_in.user(request.db, attempt)
    tokens, now = request.services.tokens, int(request.db.clock())
    issued = {
        "token": tokens.issue(user.id, user.token_number, now),
        "expires_in": tokens.lifetime,
        "expiration_date": timestamp(now + tokens.lifetime),
    }
    return success(issued, ignored=ignored(body))
