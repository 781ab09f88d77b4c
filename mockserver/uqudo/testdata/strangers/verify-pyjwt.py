"""Verifies tokens with PyJWT, as a receiver in Python would.

    verify-pyjwt.py JWKS_URL --issuer ISS --audience AUD [--now UNIX] < tokens

Prints a line for each line: {"header": ..., "claims": ...} or {"refused": ...}.
--now is the time to check exp by, for when the sender's clock is elsewhere.
"""

import argparse
import json
import sys
import urllib.request

import jwt


def verify(token, jwks, issuer, audience, now):
    key = jwt.PyJWKClient(jwks).get_signing_key_from_jwt(token)
    # PyJWT reads no clock but the machine's, so another one is held against
    # the times here. It would refuse an iat in the future, and so does this.
    by_machine = now is None
    claims = jwt.decode(
        token,
        key.key,
        algorithms=["RS256"],
        issuer=issuer,
        audience=audience,
        options={
            "require": ["iss", "aud", "iat", "exp", "jti"],
            "verify_exp": by_machine,
            "verify_iat": by_machine,
        },
    )
    if not by_machine:
        if claims["exp"] <= now:
            raise jwt.ExpiredSignatureError("Signature has expired")
        if claims["iat"] > now:
            raise jwt.ImmatureSignatureError("The token is not yet valid (iat)")
    return {"header": jwt.get_unverified_header(token), "claims": claims}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("jwks")
    parser.add_argument("--issuer", required=True)
    parser.add_argument("--audience", required=True)
    parser.add_argument("--now", type=int)
    args = parser.parse_args()
    # The keys are on this machine: no proxy has a say in it.
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
    for token in sys.stdin.read().split("\n"):
        try:
            result = verify(token, args.jwks, args.issuer, args.audience, args.now)
        except jwt.PyJWTError as err:
            result = {"refused": f"{type(err).__name__}: {err}"}
        print(json.dumps(result))


if __name__ == "__main__":
    main()
