"""Plays episodes in Gymnasium's SyncVectorEnv, for server_test.ts to compare with the bridge.

One argument, a JSON object with id, kwargs, wrappers (those of Atari games as makePython takes them,
or null), numEnvs, mode, seeds and steps; the answer is JSON. Step k takes the k-th of `actions`, or
where there are none the action start + (k // 3 + lane) % n; in mode "disabled" lanes that have ended
are reset by a mask before the next step.
"""

import hashlib
import json
import sys

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode as MODES
from gymnasium.wrappers import AtariPreprocessing, FrameStackObservation


def make(task):
    wrappers = task["wrappers"]
    if wrappers is None:
        return gym.make(task["id"], **task["kwargs"])
    import ale_py

    gym.register_envs(ale_py)
    env = gym.make(task["id"], frameskip=1, **task["kwargs"])
    env = AtariPreprocessing(
        env,
        noop_max=wrappers.get("noopMax", 30),
        frame_skip=wrappers.get("frameSkip", 4),
        screen_size=wrappers.get("screenSize", 84),
        terminal_on_life_loss=wrappers.get("terminalOnLifeLoss", False),
    )
    stack = wrappers.get("frameStack", 4)
    return env if stack is None else FrameStackObservation(env, stack)


def bytes_of(observations):
    """In the types of the bridge, which has no int64."""
    array = np.asarray(observations)
    return array.astype("<i4" if array.dtype == np.int64 else array.dtype).tobytes()


def plain(infos):
    """Numbers and booleans as lists; of anything else that it is there."""
    if isinstance(infos, dict):
        return {key: plain(value) for key, value in infos.items() if key != "final_obs"}
    return infos.ravel().tolist() if infos.dtype.kind in "biuf" else "other"


def main():
    task = json.loads(sys.argv[1])
    count = task["numEnvs"]
    makers = [lambda: make(task)] * count
    envs = gym.vector.SyncVectorEnv(makers, autoreset_mode=MODES[task["mode"].upper()])
    space = envs.single_action_space
    digest, last = hashlib.sha256(), hashlib.sha256()
    told = {"rewards": [], "terminated": [], "truncated": [], "infos": []}
    observations, _ = envs.reset(seed=task["seeds"])
    digest.update(bytes_of(observations))
    for k in range(task["steps"]):
        in_turn = space.start + (k // 3 + np.arange(count)) % space.n
        actions = np.array(task["actions"][k]) if "actions" in task else in_turn
        observations, rewards, terminated, truncated, infos = envs.step(actions)
        digest.update(bytes_of(observations))
        for final in infos.get("final_obs", []):
            if final is not None:
                last.update(bytes_of(final))
        told["rewards"].append(rewards.tolist())
        told["terminated"].append(terminated.tolist())
        told["truncated"].append(truncated.tolist())
        told["infos"].append(plain(infos))
        ended = terminated | truncated
        if task["mode"] == "disabled" and ended.any():
            observations, _ = envs.reset(options={"reset_mask": ended})
            digest.update(bytes_of(observations))
    told["observations"] = digest.hexdigest()
    told["last"] = last.hexdigest()
    print(json.dumps(told))


main()
