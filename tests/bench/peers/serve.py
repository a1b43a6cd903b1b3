"""The talk between tests/bench/updates.ts and a peer: lines of JSON on stdin and stdout.

A peer first says what it is, or what to install. Then each request names a network's sizes, a batch,
the replay buffer's rows and how many seconds to go on; the answer says how many updates that made. A
peer stays alive between requests, so its imports and compilations are not timed, and idle while another
is timed.
"""

import json
import sys
import time

# Updates between two looks at the clock; the target network is copied as often.
CHUNK = 100


def say(message):
    print(json.dumps(message), flush=True)


def missing(install):
    """Says what line to type, and ends the peer."""
    say({"missing": install})
    sys.exit(0)


def serve(name, version, device, build):
    """Answers requests. build(sizes, batch, rows) returns a function that makes CHUNK updates and
    waits for them."""
    say({"name": name, "version": version, "device": device})
    built = {}
    for line in sys.stdin:
        request = json.loads(line)
        sizes, batch, rows = request["sizes"], request["batch"], request["rows"]
        key = (tuple(sizes), batch, rows)
        if key not in built:
            built[key] = build(sizes, batch, rows)
            built[key]()
        run = built[key]
        updates, started = 0, time.perf_counter()
        while True:
            run()
            updates += CHUNK
            seconds = time.perf_counter() - started
            if seconds >= request["seconds"]:
                break
        say({"updates": updates, "seconds": seconds})
