"""The talk between the benchmarks and a peer: lines of JSON on stdin and stdout.

A peer first says what it is, or what to install, or why it has no place on this machine. Then each
request is an object, and so is each answer. A peer stays alive between requests, so its imports and
compilations are not timed, and idle while another is timed.

For updates.ts a request names a network's sizes, a batch, the replay buffer's rows and how many
seconds to take; the answer is in updates per second.
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


def unavailable(reason):
    """Says why this machine is not the place for it, and ends the peer."""
    say({"unavailable": reason})
    sys.exit(0)


def answer(name, version, device, reply):
    """Says what it is; then answers each request with what reply(request) returns."""
    say({"name": name, "version": version, "device": device})
    for line in sys.stdin:
        say(reply(json.loads(line)))


def rate(run, count, seconds):
    """How many a second, over at least so many seconds; each call of run makes count of them."""
    done, started = 0, time.perf_counter()
    while True:
        run()
        done += count
        passed = time.perf_counter() - started
        if passed >= seconds:
            return done / passed


def serve(name, version, device, build):
    """Answers requests. build(sizes, batch, rows) returns ways to do it, each a function that makes
    CHUNK updates and waits for them. The ways share a measurement's time; the fastest counts.
    """
    built = {}

    def reply(request):
        sizes, batch, rows = request["sizes"], request["batch"], request["rows"]
        key = (tuple(sizes), batch, rows)
        if key not in built:
            built[key] = build(sizes, batch, rows)
            for way in built[key]:
                way()
        seconds = request["seconds"] / len(built[key])
        return {"updatesPerSecond": max(rate(way, CHUNK, seconds) for way in built[key])}

    answer(name, version, device, reply)
