"""Gymnasium's vector environments: for gpu_env_steps.ts.

    pip install gymnasium==1.4.0

The argument is sync (SyncVectorEnv: an environment after the other) or numpy (CartPole's own vector
environment, all lanes in NumPy's arrays). Talks as serve.py says: a request names the environment's
id, lanes, the policy (random) and seconds; the answer is in steps per second, over all lanes.
"""

import sys
import warnings

from serve import answer, missing, rate

try:
    import gymnasium as gym
    import numpy as np
except ImportError:
    missing("pip install gymnasium==1.4.0")

warnings.simplefilter("ignore")
SEED = 1
# Actions are drawn beforehand, so many steps of them.
DRAWN = 64
MODES = {"sync": "sync", "numpy": "vector_entry_point"}
NAMES = {"sync": "Gymnasium SyncVectorEnv", "numpy": "Gymnasium NumPy vector"}


def build(id, lanes):
    envs = gym.make_vec(id, num_envs=lanes, vectorization_mode=MODES[mode])
    envs.reset(seed=SEED)
    generator = np.random.default_rng(SEED)
    actions = generator.integers(envs.single_action_space.n, size=(DRAWN, lanes))

    def run():
        for k in range(DRAWN):
            envs.step(actions[k])

    return run


mode = sys.argv[1] if len(sys.argv) > 1 else "sync"
built = {}


def reply(request):
    key = (request["env"], request["lanes"])
    if key not in built:
        built[key] = build(*key)
        built[key]()
    return {"stepsPerSecond": rate(built[key], DRAWN * request["lanes"], request["seconds"])}


answer(NAMES[mode], f"gymnasium {gym.__version__}", "cpu", reply)
