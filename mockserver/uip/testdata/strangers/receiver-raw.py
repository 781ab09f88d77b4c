"""A webhook receiver made of Python's standard library alone: it hashes the
bytes that came, and compares in constant time.

    receiver-raw.py --secret SECRET [--fail-first N] [--answer STATUS]

--answer is what a request that verifies is answered instead of 200.

Prints its URL, then one line of JSON for every POST:
    {"n": 1, "status": 503, "reason": "Busy"}
    {"n": 2, "status": 401, "reason": "Invalid signature"}
    {"n": 3, "status": 200, "event": "sign", "data": {...}}
Ends when its stdin does, so that it never outlives the test that started it.
"""

import argparse
import hashlib
import hmac
import itertools
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def say(line):
    sys.stdout.write(line + "\n")  # at once, for requests have a thread each
    sys.stdout.flush()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        n = next(self.server.requests)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        outcome = self.take(n, body)
        # Before the answer, which is what the sender waits for to send the next.
        say(json.dumps({"n": n, **outcome}))
        text = outcome.get("reason", "OK").encode()
        self.send_response(outcome["status"])
        if outcome["status"] != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if outcome["status"] != 204:
            self.wfile.write(text)

    def take(self, n, body):
        args = self.server.args
        if n <= args.fail_first:
            return {"status": 503, "reason": "Busy"}
        expected = hmac.new(args.secret.encode("utf-8"), body, hashlib.sha256).hexdigest()
        signature = self.headers.get("X-UIP-Signature", "")
        # As bytes, because compare_digest refuses text that is not ASCII.
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return {"status": 401, "reason": "Invalid signature"}
        try:
            envelope = json.loads(body)
        except ValueError as err:
            return {"status": 400, "reason": str(err)}
        return {"status": args.answer, "event": envelope["event"], "data": envelope.get("data")}

    def log_message(self, *args):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--secret", required=True)
    parser.add_argument("--fail-first", type=int, default=0)
    parser.add_argument("--answer", type=int, default=200)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.args = parser.parse_args()
    server.requests = itertools.count(1)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(f"http://127.0.0.1:{server.server_address[1]}/")
    sys.stdin.read()


if __name__ == "__main__":
    main()
