"""Time single turns of a running engine: plain, with an action, and the 5th against the 200th.

    python bench/engine_turns.py http://127.0.0.1:PORT SECRET [--plain TEXT] [--action TEXT]

Start an engine and something that answers its action calls first (docs/engine.md shows how).
"""

import argparse
import http.client
import json
import statistics
import time
import uuid


def turns(host, secret, text, count):
    """Milliseconds of each turn of one conversation, over one kept connection."""
    connection = http.client.HTTPConnection(host)
    headers = {"X-Engine-Secret": secret, "Content-Type": "application/json"}
    body = {"conversation_id": f"bench-{uuid.uuid4().hex[:12]}", "turn_id": "t", "fence": 1}
    took = []
    for _ in range(count):
        began = time.perf_counter()
        payload = json.dumps({**body, "text": text})
        connection.request("POST", "/webhooks/aftersale/message", payload, headers)
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, answer.status
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("secret")
    parser.add_argument("--plain", default="hello")
    parser.add_argument("--action", default="cancel my order")
    given = parser.parse_args()
    host = given.url.removeprefix("http://").rstrip("/")
    for name, text in (("plain", given.plain), ("action", given.action)):
        took = turns(host, given.secret, text, 200)
        early, late = statistics.median(took[3:20]), statistics.median(took[180:])
        print(f"{name}: median {statistics.median(took):.1f} ms, p95 {sorted(took)[189]:.1f} ms")
        print(
            f"{name}: around the 5th {early:.1f} ms, around the 200th {late:.1f} ms, "
            f"ratio {late / early:.2f}"
        )


if __name__ == "__main__":
    main()
