"""Gymnasium's side of env_steps.ts: one environment, stepped for a while at each request.

    pip install "gymnasium[box2d,toy-text]==1.4.0" minatar==1.0.15

The argument is the environment's id; MinAtar's games come from the package itself, without Gymnasium's
layer. It says {"version": ...} first, or {"missing": ...}. Then each line on standard input is an object
with seconds; the answer is {"stepsPerSecond": ..., "stepsPerCpuSecond": ...}. Actions are drawn
beforehand, as Python's integers, which Gymnasium takes fastest.
"""

import json
import logging
import random
import re
import sys
import time
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

CHUNK = 1000
SEED = 1


def say(message):
    print(json.dumps(message), flush=True)


try:
    import gymnasium as gym
except ImportError:
    say({"missing": "pip install gymnasium==1.4.0"})
    sys.exit(0)


def gymnasium_runner(id):
    # As Gymnasium names them: it has retired Taxi-v3, whose steps are those of v4.
    env = gym.make("Taxi-v4" if id == "Taxi-v3" else id)
    env.action_space.seed(SEED)
    actions = [int(env.action_space.sample()) for _ in range(CHUNK)]
    env.reset(seed=SEED)

    def chunk():
        step, reset = env.step, env.reset
        for action in actions:
            _, _, terminated, truncated, _ = step(action)
            if terminated or truncated:
                reset()

    return chunk, f"gymnasium {gym.__version__}"


def minatar_runner(game):
    from minatar import Environment

    env = Environment(re.sub("(?<!^)([A-Z])", r"_\1", game).lower())
    env.seed(SEED)
    choices = env.minimal_action_set()
    drawn = random.Random(SEED)
    actions = [drawn.choice(choices) for _ in range(CHUNK)]
    env.reset()

    def chunk():
        act, state, reset = env.act, env.state, env.reset
        for action in actions:
            _, done = act(action)
            state()
            if done:
                reset()
                state()

    return chunk, "minatar 1.0.15"


def main():
    id = sys.argv[1]
    try:
        match = re.fullmatch(r"MinAtar/(\w+)-v1", id)
        chunk, version = minatar_runner(match[1]) if match else gymnasium_runner(id)
    except (ImportError, gym.error.Error) as error:
        return say({"missing": str(error)})
    say({"version": version})
    for line in sys.stdin:
        seconds = json.loads(line)["seconds"]
        steps, cpu_started, started = 0, time.process_time(), time.perf_counter()
        while True:
            chunk()
            steps += CHUNK
            passed = time.perf_counter() - started
            if passed >= seconds:
                break
        cpu_passed = time.process_time() - cpu_started
        say({"stepsPerSecond": steps / passed, "stepsPerCpuSecond": steps / cpu_passed})


main()
