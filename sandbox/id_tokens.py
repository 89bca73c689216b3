"""The id tokens of OpenID Connect, and the key that signs them."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox import clock
from sandbox.models import Person
from sandbox.openid import ALGORITHM

LIFETIME = timedelta(hours=1)


def public_keys() -> dict[str, Any]:
    """Return the key that apps check id tokens with."""
    return {"keys": [_key().as_dict(private=False)]}


def id_token(issuer: str, person: Person, client_id: str, nonce: str) -> str:
    """Return a signed token that tells the app who has signed in."""
    now = clock.now()
    claims = {
        "iss": issuer,
        "sub": person.gid,
        "aud": client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        **({"nonce": nonce} if nonce else {}),
    }
    return jwt.encode({"alg": ALGORITHM, "kid": _key().kid}, claims, _key())


@cache
def _key() -> RSAKey:
    """Return the key of this run; making one takes some tenths of a second."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
