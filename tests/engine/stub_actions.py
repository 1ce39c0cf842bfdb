"""A stand-in for the app's action endpoint: counts calls, pauses, fails on demand."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StubActions:
    """Runs in a thread; `calls` are the bodies it was sent."""

    def __init__(self, port=0):
        self.calls = []
        self.connections = 0
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                stub.connections += 1

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.calls.append({"headers": dict(self.headers), "body": body})
                status, answer = stub.answer(body)
                out = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(out)))
                self.end_headers()
                self.wfile.write(out)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/actions"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, body):
        name = body["next_action"]
        if name == "action_fail":
            return 500, {}
        if name == "action_handover":
            return 200, {
                "events": [{"event": "pause"}],
                "responses": [{"response": "utter_human"}],
            }
        tries = (body["tracker"]["slots"].get("tries") or 0) + 1
        return 200, {
            "events": [{"event": "slot", "name": "tries", "value": tries}],
            "responses": [
                {
                    "response": "utter_yes",
                    "text": None,
                    "buttons": [],
                    "custom": {},
                    "tries": tries,
                }
            ],
        }

    def of(self, conversation_id, action=None):
        """Bodies of the calls for a conversation."""
        bodies = [call["body"] for call in self.calls]
        return [
            body
            for body in bodies
            if body["sender_id"] == conversation_id and action in (None, body["next_action"])
        ]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
