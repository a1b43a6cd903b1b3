"""Plays episodes in Gymnasium's SyncVectorEnv, for server_test.ts to compare with the bridge.

One argument, a JSON object with id, wrappers ("atari" or null), numEnvs, mode, seed and steps; the
answer is JSON. Step k takes the action start + (k // 3 + lane) % n; in mode "disabled" lanes that have
ended are reset by a mask before the next step.
"""

import hashlib
import json
import sys

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode as MODES
from gymnasium.wrappers import AtariPreprocessing, FrameStackObservation


def make(task):
    if task["wrappers"] != "atari":
        return gym.make(task["id"])
    import ale_py

    gym.register_envs(ale_py)
    return FrameStackObservation(AtariPreprocessing(gym.make(task["id"], frameskip=1)), 4)


def main():
    task = json.loads(sys.argv[1])
    count = task["numEnvs"]
    makers = [lambda: make(task)] * count
    envs = gym.vector.SyncVectorEnv(makers, autoreset_mode=MODES[task["mode"].upper()])
    space = envs.single_action_space
    digest, last = hashlib.sha256(), hashlib.sha256()
    told = {"rewards": [], "terminated": [], "truncated": [], "infos": []}
    observations, _ = envs.reset(seed=task["seed"])
    digest.update(observations.tobytes())
    for k in range(task["steps"]):
        actions = space.start + (k // 3 + np.arange(count)) % space.n
        observations, rewards, terminated, truncated, infos = envs.step(actions)
        digest.update(observations.tobytes())
        for final in infos.pop("final_obs", []):
            if final is not None:
                last.update(final.tobytes())
        told["rewards"].append(rewards.tolist())
        told["terminated"].append(terminated.tolist())
        told["truncated"].append(truncated.tolist())
        told["infos"].append(sorted(infos))
        ended = terminated | truncated
        if task["mode"] == "disabled" and ended.any():
            observations, _ = envs.reset(options={"reset_mask": ended})
            digest.update(observations.tobytes())
    told["observations"] = digest.hexdigest()
    told["last"] = last.hexdigest()
    print(json.dumps(told))


main()
