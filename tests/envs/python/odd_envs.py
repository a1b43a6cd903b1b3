"""Environments that try the bridge: every kind of space, and every kind of fault.

The module registers Odd-v0; `kind` says which it is, `fault` what goes wrong in the second step.
"""

import os
import sys
import threading
import time

import gymnasium as gym
import numpy as np
from gymnasium import spaces

LOW, HIGH = -(2**40), 2**40

# The observation space, and the observation in step k.
KINDS = {
    "float16": (spaces.Box(-1, 1, (2,), np.float16), lambda k: np.array([0.5, -0.25], np.float16)),
    "float64": (spaces.Box(-9, 9, (2, 2), np.float64), lambda k: np.full((2, 2), k / 3)),
    "bool": (spaces.Box(0, 1, (3,), np.bool_), lambda k: np.array([True, False, True])),
    "int64": (spaces.Box(-5, 5, (2,), np.int64), lambda k: np.array([-k, k])),
    "wide": (spaces.Box(LOW, HIGH, (2,), np.int64), lambda k: np.array([LOW + k, HIGH - k])),
    "too wide": (spaces.Box(-np.inf, np.inf, (1,), np.int64), lambda k: np.array([2**53 + k * 2])),
    "uint64": (spaces.Box(0, 2**50, (1,), np.uint64), lambda k: np.array([2**50 - k], np.uint64)),
    "scalar": (spaces.Box(-1, 1, (), np.float32), lambda k: np.float32(0.5)),
    "list": (spaces.Box(-9, 9, (2,), np.float32), lambda k: [k, 0.5]),
    "discrete": (spaces.Discrete(7, start=-3), lambda k: np.int64(k - 3)),
    "multi_discrete": (spaces.MultiDiscrete([3, 4]), lambda k: np.array([k % 3, k % 4])),
    "multi_binary": (spaces.MultiBinary([2, 2]), lambda k: np.array([[1, 0], [k % 2, 1]], np.int8)),
    "dict": (
        spaces.Dict({"a": spaces.Discrete(2), "b": spaces.Box(-1, 1, (2,))}),
        lambda k: {"a": k % 2, "b": np.array([0.25, -0.25], np.float32)},
    ),
    "text": (spaces.Text(5), lambda k: "abc"),
    "nan": (spaces.Box(-9, 9, (2,)), lambda k: np.array([np.nan, np.inf], np.float32)),
    "bad shape": (spaces.Box(-9, 9, (2,)), lambda k: np.zeros((3, 2)[k == 0], np.float32)),
    "bad dtype": (spaces.Box(0, 9, (2,), np.uint8), lambda k: np.array([0.5, 1.5])),
}
ACTIONS = {
    "discrete": spaces.Discrete(3, start=1),
    "box": spaces.Box(-1, 1, (2,)),
    "int64": spaces.Box(0, 10, (2,), np.int64),
    "multi_discrete": spaces.MultiDiscrete([3, 4]),
    "multi_binary": spaces.MultiBinary(3),
    "tuple": spaces.Tuple([spaces.Discrete(2), spaces.Discrete(2)]),
}


class Odd(gym.Env):
    def __init__(self, kind="float64", action="discrete", fault=None, info=None):
        self.observation_space, self.observe = KINDS[kind]
        self.action_space = ACTIONS[action]
        self.fault = fault
        self.info = info
        if fault == "make":
            raise ValueError("not to be made")
        if fault == "lock":
            self.lock = threading.Lock()

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.step_count = 0
        print("printed by reset")
        return self.observe(0), {"options": options or {}, "read": sys.stdin.read()}

    def step(self, action):
        self.step_count += 1
        if self.step_count == 2:
            self.go_wrong()
        info = {}
        if self.info == "action":
            info = {"action": np.asarray(action), "type": f"{type(action).__name__} {action.dtype}"}
        elif self.info == "all":
            info = {
                "int": np.int64(3),
                "float": np.float32(0.5),
                "nan": float("nan"),
                "minus": np.float64("-inf"),
                "bool": np.bool_(True),
                "none": None,
                "text": "hé",
                "mask": np.array([1, 0], np.int8),
                "wide": np.array([2**40]),
                "nans": np.array([np.nan, 1.5]),
                "words": np.array(["a", "b"]),
                "tuple": (1, "x"),
                "inner": {"speed": 2, 7: 8},
                "left out": object(),
                "set": {1},
            }
        return self.observe(self.step_count), 1.5, False, self.step_count == 4, info

    def go_wrong(self):
        if self.fault == "late lock":
            self.lock = threading.Lock()
        if self.fault == "raise":
            raise RuntimeError("the wheel came off")
        if self.fault == "exit":
            print("giving up", file=sys.stderr)
            sys.exit(5)
        if self.fault == "kill":
            os.kill(os.getpid(), 9)
        if self.fault == "close pipes":
            os.closerange(3, 50)
            time.sleep(60)
        if self.fault == "hang":
            time.sleep(60)
        if self.fault == "write":
            os.write(1, b"written to the standard output by C code\n")

    def close(self):
        if self.fault == "close":
            raise OSError("will not close")


gym.register("Odd-v0", Odd, max_episode_steps=100)
