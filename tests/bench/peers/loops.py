"""What the training loops that loop.ts times have in common.

A request names the environment, `envs` side by side, `every`: steps for each update, the network's
hidden layers, batch, buffer, learningStarts, gamma, learningRate, targetInterval in steps, and the
schedule of epsilon: epsilonStart, epsilonEnd, epsilonFraction of `steps`. With `seconds` it asks how
fast a loop goes on: {"stepsPerSecond"}, after it has begun to learn. With `threshold` it asks when a new
run with `seed`, evaluated greedily over `episodes` episodes after every `checkEvery` steps, first
reaches that mean: {"seconds"} of training, evaluations left out, or null when `steps` were not enough,
and {"steps"}.
"""

import json
import time

# Seeds of evaluations lie apart from those of training.
CHECK_SEED = 1_000_000_000
# Steps into learning before a loop is timed.
WARM = 500


def steady(loop, request):
    """Steps a second of a loop whose train(seconds) returns the steps that it made."""
    started = time.perf_counter()
    steps = loop.train(seconds=request["seconds"])
    return steps / (time.perf_counter() - started)


def arrival(loop, request):
    """Trains in parts, until an evaluation shows the threshold."""
    seconds, steps = 0.0, 0
    while steps < request["steps"]:
        started = time.perf_counter()
        steps += loop.train(steps=request["checkEvery"])
        seconds += time.perf_counter() - started
        seed = CHECK_SEED + 1000 * request["seed"]
        if loop.evaluate(request["episodes"], seed) >= request["threshold"]:
            return {"seconds": seconds, "steps": steps}
    return {"seconds": None, "steps": steps}


def replier(make):
    """Answers requests. make(request, seed) returns ways to do it, of which the fastest counts; a run to
    a threshold takes the first."""
    loops = {}

    def reply(request):
        if "threshold" in request:
            return arrival(make(request, request["seed"])[0], request)
        key = json.dumps({**request, "seconds": None})
        if key not in loops:
            loops[key] = make(request, 1)
            for loop in loops[key]:
                loop.train(steps=request["learningStarts"] + WARM)
        part = {**request, "seconds": request["seconds"] / len(loops[key])}
        return {"stepsPerSecond": max(steady(loop, part) for loop in loops[key])}

    return reply
