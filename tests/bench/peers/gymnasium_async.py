"""Gymnasium's own AsyncVectorEnv, a process for each environment: for bridge.ts.

    pip install "gymnasium[atari]==1.4.0" opencv-python

Says {"version": ...} first, or {"missing": ...}. Then each line on standard input is a JSON object with
id, wrappers ("atari" or null), numEnvs and steps; the answer is {"stepsPerSecond": ...}, over all
environments. Environments are made when first asked for and stay, so their start is not timed. Step k
takes the action (k + lane) % n in every lane, as in bridge.ts: both sides play the same episodes.
"""

import json
import sys
import time

SEED, WARM_UP = 1, 50


def say(message):
    print(json.dumps(message), flush=True)


try:
    import ale_py
    import cv2  # noqa: F401, AtariPreprocessing needs it
    import gymnasium as gym
    import numpy as np
    from gymnasium.wrappers import AtariPreprocessing, FrameStackObservation
except ImportError:
    say({"missing": 'pip install "gymnasium[atari]==1.4.0" opencv-python'})
    sys.exit(0)

gym.register_envs(ale_py)


def make_one(env_id, wrappers):
    if wrappers != "atari":
        return gym.make(env_id)
    return FrameStackObservation(AtariPreprocessing(gym.make(env_id, frameskip=1)), 4)


class Contestant:
    def __init__(self, env_id, wrappers, count):
        makers = [lambda: make_one(env_id, wrappers)] * count
        self.envs = gym.vector.AsyncVectorEnv(makers)
        self.lanes = np.arange(count)
        self.step = 0
        self.envs.reset(seed=SEED)
        self.run(WARM_UP)

    def run(self, steps):
        n = self.envs.single_action_space.n
        for _ in range(steps):
            self.envs.step((self.step + self.lanes) % n)
            self.step += 1

    def measure(self, steps):
        started = time.perf_counter()
        self.run(steps)
        return steps * len(self.lanes) / (time.perf_counter() - started)


def main():
    say({"version": gym.__version__})
    contestants = {}
    for line in sys.stdin:
        request = json.loads(line)
        key = (request["id"], request["wrappers"], request["numEnvs"])
        if key not in contestants:
            contestants[key] = Contestant(*key)
        say({"stepsPerSecond": contestants[key].measure(request["steps"])})
    for contestant in contestants.values():
        contestant.envs.close()


if __name__ == "__main__":
    main()
