"""A receiver of Uqudo's and UIP's webhooks, made of Flask and PyJWT.

    pip install -r requirements.txt
    env $(grep -v '^#' ../mock.env) python3 receiver.py

It takes Uqudo's results at /uqudo and UIP's events at /uip, on 127.0.0.1:3000
unless HOST and PORT say otherwise. In production: gunicorn receiver:app
"""

import hashlib
import hmac
import json
import os
import socket
import threading
import time
import urllib.parse
import urllib.request

import jwt
from flask import Flask, request
from werkzeug.serving import make_server

MOCK = os.environ.get("KYCMOCK_URL", "http://127.0.0.1:8080")
JWKS_URL = os.environ.get("JWKS_URL", f"{MOCK}/uqudo/api/.well-known/jwks.json")
JWKS_COOLDOWN = float(os.environ.get("JWKS_COOLDOWN", "30"))
UIP_API = os.environ.get("UIP_API_URL", f"{MOCK}/uip/v1")
CLIENT_ID = os.environ["UQUDO_CLIENT_ID"]
UIP_SECRET = os.environ["UIP_SECRET"]
UIP_KEY = os.environ["UIP_API_KEY"]

socket.setdefaulttimeout(5)  # for whom we ask: urllib itself would wait for ever

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 16 * 1024 * 1024  # results with images are large


class Taken:
    """What was taken, so that it is taken once. Yours is a table with a unique
    key, which outlives a restart and which all your processes share."""

    def __init__(self):
        self.ids = set()
        self.lock = threading.Lock()

    def first(self, id):
        with self.lock:
            known = id in self.ids
            self.ids.add(id)
            return not known


taken = Taken()


class KeysUnavailable(Exception):
    """The keys cannot be fetched, so nothing can be said of a token."""


class Keys:
    """Uqudo's keys. They are fetched again when a token needs that, but not more
    often than the cool-down, lest every forged token makes us ask."""

    def __init__(self, url):
        self.client = jwt.PyJWKClient(url)
        self.fetched = -JWKS_COOLDOWN
        self.lock = threading.Lock()

    def named(self, kid, fetch_again=False):
        """The key, or None when there is none of this name."""
        with self.lock:
            again = fetch_again and time.monotonic() - self.fetched >= JWKS_COOLDOWN
            if again:
                self.fetched = time.monotonic()
            try:
                found = self.client.get_jwk_set(refresh=again)
            except (jwt.PyJWTError, OSError, ValueError) as err:
                raise KeysUnavailable from err
        return next((key for key in found.keys if key.key_id == kid), None)


keys = Keys(JWKS_URL)


def verified(token):
    """The claims of a result that Uqudo signed for us."""
    kid = jwt.get_unverified_header(token).get("kid")
    # Again with fresh keys when the key is unknown, or was replaced under its name.
    for fetch_again in (False, True):
        key = keys.named(kid, fetch_again)
        if key is None:
            continue
        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],  # what we expect, never what the token says
                issuer="https://id.uqudo.io",
                audience=CLIENT_ID,
                # Retries take two hours, and a token may live shorter: a passed
                # exp is no reason to lose a result. Nor is the mock's clock,
                # which may have been advanced.
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidSignatureError:
            continue
    raise jwt.InvalidSignatureError("no key of Uqudo's verifies the token")


@app.post("/uqudo")
def uqudo():
    token = request.get_data().strip()  # all of it, in the LEGACY format
    if request.mimetype != "text/plain":
        try:
            token = json.loads(token)["jwsResult"]
        except (ValueError, TypeError, LookupError, RecursionError):
            return "there is no jwsResult", 400
        if not isinstance(token, str):
            return "jwsResult is no text", 400
    try:
        session = verified(token).get("jti")
    except KeysUnavailable:
        return "the keys cannot be fetched", 503  # it will be brought again
    except (jwt.PyJWTError, ValueError, TypeError) as err:  # also what PyJWT itself stumbles over
        return str(err), 401
    if not isinstance(session, str) or not session:
        return "there is no jti", 401
    if taken.first(session):
        print("uqudo session", session, flush=True)  # here your work begins
    return "OK"


@app.post("/uip")
def uip():
    body = request.get_data()  # the bytes that came, not what a parser makes of them
    want = hmac.new(UIP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    got = request.headers.get("X-UIP-Signature", "")
    # As bytes, because compare_digest refuses text that is not ASCII.
    if not hmac.compare_digest(got.encode(), want.encode()):
        return "the signature is not of this body", 401
    try:
        told = json.loads(body)
        event, audit = told["event"], told["data"].get("audit_id")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return "the body is no event", 400
    if not audit:
        return "OK"  # a test
    outcome = ""
    if event == "message":
        # Whether it was signed or declined is in the audit record alone.
        try:
            outcome = "signed" if audit_record(audit)["signed_accepted"] else "declined"
        except (OSError, ValueError, LookupError):
            return "the audit record cannot be fetched", 503
    if taken.first(audit):
        print("uip", event, audit, outcome, flush=True)  # here your work begins
    return "OK"  # with 200: UIP takes nothing else


def audit_record(id):
    url = f"{UIP_API}/audit/{urllib.parse.quote(id, safe='')}"
    ask = urllib.request.Request(url, headers={"Authorization": f"Bearer {UIP_KEY}"})
    with urllib.request.urlopen(ask) as answer:
        return json.load(answer)["audit"]


@app.get("/healthz")
def healthz():
    return "ok"


if __name__ == "__main__":
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "3000"))
    server = make_server(host, port, app, threaded=True)
    print(f"listening on http://{host}:{server.port}", flush=True)
    server.serve_forever()
