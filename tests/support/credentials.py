"""Values of Authorization that are none."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

import jwt

from closum.accounts.keys import signing_key
from tests.support.server import Server

Claims = dict[str, Any]


def bad_credentials(server: Server, token: str) -> Mapping[str, list[str]]:
    """Values of Authorization that are none, by what is wrong with them."""
    key = signing_key(None, server.url)
    header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})

    def signed(claims: Claims, key: bytes = key, algorithm: str = "HS256", **headers: Any) -> list[str]:
        return [f"Bearer {jwt.encode(claims, key, algorithm, {'kid': header['kid']} | headers)}"]

    def without(name: str) -> Claims:
        return {member: value for member, value in claims.items() if member != name}

    now = int(time.time())
    head, payload, signature = token.split(".")
    return {
        "none": [],
        "empty": [""],
        "garbage": ["Bearer garbage"],
        "scheme alone": ["Bearer"],
        "no scheme": [token],
        "other scheme": [f"Basic {token}"],
        "Token scheme": [f"Token {token}"],
        "twice": [f"Bearer {token}", f"Bearer {token}"],
        "two in one": [f"Bearer {token}, Bearer {token}"],
        "not ASCII": ["Bearer \xe9.\xe9.\xe9"],
        "without signature": [f"Bearer {head}.{payload}."],
        "another signature": [f"Bearer {head}.{payload}.{signature[::-1]}"],
        "another payload": [f"Bearer {head}.{encoded(claims | {'sub': '1'})}.{signature}"],
        "alg none": [f"Bearer {encoded(header | {'alg': 'none'})}.{payload}."],
        "alg None, signed": [by_hand(header | {"alg": "None"}, claims, key)],
        "no alg": [by_hand({"kid": header["kid"]}, claims, key)],
        "HS512": signed(claims, algorithm="HS512"),
        "other key": signed(claims, b"another key, long enough for HS256"),
        "other kid": signed(claims, kid="0" * 16),
        "no kid": [by_hand({"alg": "HS256", "typ": "JWT"}, claims, key)],
        "more in the header": signed(claims, jku="https://evil.example/keys"),
        "crit": signed(claims, crit=["b64"], b64=False),
        "expired": signed(claims | {"exp": now - 1}),
        "exp as text": signed(claims | {"exp": str(now + 1000)}),
        "exp far away": signed(claims | {"exp": 10**30}),
        "no exp": signed(without("exp")),
        "no iat": signed(without("iat")),
        "no sub": signed(without("sub")),
        "no ver": signed(without("ver")),
        "sub a number": [by_hand(header, claims | {"sub": int(claims["sub"])}, key)],
        "unknown user": signed(claims | {"sub": "999999999"}),
        "odd user": signed(claims | {"sub": "1 OR 1=1"}),
        "another number": signed(claims | {"ver": 2}),
        "an older number": signed(claims | {"ver": 0}),
        "ver true": signed(claims | {"ver": True}),
    }


def encoded(member: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(member).encode()).rstrip(b"=").decode()


def by_hand(header: Mapping[str, Any], claims: Claims, key: bytes) -> str:
    """A token with a right signature that the library would not make."""
    text = f"{encoded(header)}.{encoded(claims)}"
    signature = base64.urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")).rstrip(b"=")
    return f"Bearer {text}.{signature.decode()}"
