"""A receiver of Uqudo's and UIP's webhooks, made of Flask and PyJWT.

    pip install -r requirements.txt
    env $(grep -v '^#' ../mock.env) python3 receiver.py

It takes Uqudo's results at /uqudo and UIP's events at /uip, on 127.0.0.1:3000
unless HOST and PORT say otherwise. In production: gunicorn receiver:app
"""

import hashlib
import hmac
import json
import math
import os
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

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 16 * 1024 * 1024  # results with images are large


class Taken:
    """What was taken, so that it is taken once. Yours is a table with a unique
    key, which outlives a restart and which all your processes share."""

    def __init__(self):
        self.ids = set()
        self.lock = threading.Lock()

    def once(self, id, work):
        """Does the work for an ID unless that was done. When the work fails the ID
        counts as new again, or the retry would be taken for a duplicate and the
        result be lost. In a database the ID and the work belong into one transaction,
        which does the same, even when the process ends half-way."""
        with self.lock:
            if id in self.ids:
                return
            self.ids.add(id)
        try:
            work()
        except BaseException:
            with self.lock:
                self.ids.discard(id)
            raise  # Flask answers 500, and it will be brought again


taken = Taken()


class KeysUnavailable(Exception):
    """The keys cannot be fetched, so nothing can be said of a token."""


class Keys:
    """Uqudo's keys. They are fetched when a token needs that, but not more often
    than the cool-down, lest every forged token makes us ask. The last good ones
    are kept while they cannot be fetched, which PyJWT's own client does not do."""

    def __init__(self, url):
        self.url = url
        self.known = []  # replaced as a whole: who reads it never waits for a fetch
        self.fetching = threading.Lock()
        self.asked = -math.inf  # whatever came of it: the cool-down is for failures too
        self.failure = None  # of the last fetch

    def named(self, kid):
        """The key, or None when none of this name is known."""
        return next((key for key in self.known if key.key_id == kid), None)

    def refresh(self):
        """Fetches the keys again if that may be. It raises KeysUnavailable when the
        last fetch failed: a key that is not known may be there all the same."""
        with self.fetching:
            if time.monotonic() - self.asked >= JWKS_COOLDOWN:
                self.asked = time.monotonic()
                try:
                    with urllib.request.urlopen(self.url, timeout=5) as answer:
                        self.known = jwt.PyJWKSet.from_dict(json.load(answer)).keys
                    self.failure = None
                except Exception as err:  # of the network, of HTTP, of JSON, of a key
                    self.failure = err
            if self.failure:
                raise KeysUnavailable from self.failure


keys = Keys(JWKS_URL)


def verified(token):
    """The claims of a result that Uqudo signed for us."""
    kid = jwt.get_unverified_header(token).get("kid")
    # Again with fresh keys when the key is unknown, or was replaced under its name.
    for fetch_again in (False, True):
        if fetch_again:
            keys.refresh()
        key = keys.named(kid)
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
    # Here your work begins.
    taken.once(session, lambda: print("uqudo session", session, flush=True))
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
    # Here your work begins.
    taken.once(audit, lambda: print("uip", event, audit, outcome, flush=True))
    return "OK"  # with 200: UIP takes nothing else


def audit_record(id):
    url = f"{UIP_API}/audit/{urllib.parse.quote(id, safe='')}"
    ask = urllib.request.Request(url, headers={"Authorization": f"Bearer {UIP_KEY}"})
    with urllib.request.urlopen(ask, timeout=5) as answer:
        return json.load(answer)["audit"]


@app.get("/healthz")
def healthz():
    return "ok"


if __name__ == "__main__":
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "3000"))
    server = make_server(host, port, app, threaded=True)
    print(f"listening on http://{host}:{server.port}", flush=True)
    server.serve_forever()
