"""POST /api/token: an e-mail address and a password for a token."""

from closum.accounts.credentials import ignored, parse
from closum.accounts.sign_in import Attempt
from closum.http import envelope
from closum.http.answer import Answer
from closum.http.request import Call
from closum.store.unit import timestamp


async def token(call: Call) -> Answer:
    body = await call.body()
    call.ignored = ignored(body)
    attempt = Attempt(parse(body), call.client, call.request_id)
    user = await call.services.sign_in.user(call.db, attempt)
    tokens, now = call.services.tokens, int(call.db.clock())
    issued = {
        "token": tokens.issue(user.id, user.token_number, now),
        "expires_in": tokens.lifetime,
        "expiration_date": timestamp(now + tokens.lifetime),
    }
    return Answer(200, envelope.success(issued))
