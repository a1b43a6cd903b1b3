"""The talk between tests/bench/updates.ts and a peer: lines of JSON on stdin and stdout.

A peer first says what it is, or what to install. Then each request names a network's sizes, a
batch, the replay buffer's rows and how many seconds to take; the answer is in updates per second. A
peer stays alive between requests, so its imports and compilations are not timed, and idle while
another is timed.
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


def measure(run, seconds):
    """Updates per second, over at least so many seconds."""
    updates, started = 0, time.perf_counter()
    while True:
        run()
        updates += CHUNK
        passed = time.perf_counter() - started
        if passed >= seconds:
            return updates / passed


def serve(name, version, device, build):
    """Answers requests. build(sizes, batch, rows) returns ways to do it, each a function that makes
    CHUNK updates and waits for them. The ways share a measurement's time; the fastest counts.
    """
    say({"name": name, "version": version, "device": device})
    built = {}
    for line in sys.stdin:
        request = json.loads(line)
        sizes, batch, rows = request["sizes"], request["batch"], request["rows"]
        key = (tuple(sizes), batch, rows)
        if key not in built:
            built[key] = build(sizes, batch, rows)
            for way in built[key]:
                way()
        seconds = request["seconds"] / len(built[key])
        say({"updatesPerSecond": max(measure(way, seconds) for way in built[key])})
