"""POST /api/token: an e-mail address and a password, and the code of a second factor where there is one, for a token."""

from closum.accounts.credentials import code_in, ignored, parse
from closum.accounts.sign_in import Attempt
from closum.errors import CodeNeeded
from closum.http.answer import Answer, success
from closum.http.request import Request
from closum.store.unit import timestamp


async def token(request: Request) -> Answer:
    body = await request.body()
    sign_in, code = request.services.sign_in, None
    attempt = Attempt(parse(body), request.client, request.request_id)
    try:
        user = await sign_in.user(request.db, attempt)
    except CodeNeeded as needed:
        if (code := code_in(body)) is None:
            raise
        user = await sign_in.second(
            request.db, needed.ticket, code, attempt.client, attempt.request_id, attempt.cause
        )
    tokens, now = request.services.tokens, int(request.db.clock())
    issued = {
        "token": tokens.issue(user.id, user.token_number, now),
        "expires_in": tokens.lifetime,
        "expiration_date": timestamp(now + tokens.lifetime),
    }
    return success(issued, ignored=ignored(body, code))
