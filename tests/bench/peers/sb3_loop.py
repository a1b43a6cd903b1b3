"""Stable-Baselines3's DQN as a training loop: for loop.ts.

    pip install stable-baselines3==2.9.2 gymnasium==1.4.0 torch==2.13.0

The argument is the device: auto, cpu or cuda. On a CPU one thread and all are tried, the faster counts.
Its loss is Huber's, its gradients are clipped to a norm of 10: what it does unless told otherwise.
Talks as loops.py says.
"""

import sys
import time

from serve import answer, missing

try:
    import gymnasium as gym
    import stable_baselines3
    import torch
    from stable_baselines3 import DQN
    from stable_baselines3.common.env_util import make_vec_env
except ImportError:
    missing("pip install stable-baselines3==2.9.2 gymnasium==1.4.0 torch==2.13.0")

from greedy import mean_return
from loops import replier

choice = sys.argv[1] if len(sys.argv) > 1 else "auto"
device = choice if choice != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
ALL_THREADS = torch.get_num_threads()
# Calls between two looks at the clock.
LOOK = 50


class Loop:
    def __init__(self, request, seed, threads):
        self.request, self.threads = request, threads
        envs, every = request["envs"], request["every"]
        self.model = DQN(
            "MlpPolicy",
            make_vec_env(request["env"], n_envs=envs, seed=seed),
            learning_rate=request["learningRate"],
            buffer_size=request["buffer"],
            learning_starts=request["learningStarts"],
            batch_size=request["batch"],
            gamma=request["gamma"],
            # A step of all environments counts once for train_freq.
            train_freq=max(1, every // envs),
            gradient_steps=max(1, envs // every),
            target_update_interval=request["targetInterval"],
            exploration_initial_eps=request["epsilonStart"],
            exploration_final_eps=request["epsilonEnd"],
            exploration_fraction=request["epsilonFraction"],
            policy_kwargs={"net_arch": request["hidden"]},
            device=device,
            seed=seed,
        )

    def train(self, steps=None, seconds=None):
        """So many steps, or for so long; returns how many."""
        torch.set_num_threads(self.threads)
        first, started, calls = self.model.num_timesteps, time.perf_counter(), 0

        def goes_on(*_):
            nonlocal calls
            calls += 1
            return calls % LOOK != 0 or time.perf_counter() - started < seconds

        if steps is None:
            self.model.learn(10**9, callback=goes_on, reset_num_timesteps=False)
        else:
            self.learn_part(steps)
        return self.model.num_timesteps - first

    def learn_part(self, steps):
        """Goes on for so many steps, with a schedule that runs over all of them."""
        model, total = self.model, self.request["steps"]
        end = model.num_timesteps + steps
        # learn adds what was made before to what it is told.
        model.learn(
            total - model.num_timesteps,
            callback=lambda *_: model.num_timesteps < end,
            reset_num_timesteps=False,
        )

    def evaluate(self, episodes, seed):
        def act(observations):
            return self.model.predict(observations, deterministic=True)[0]

        return mean_return(act, self.request["env"], episodes, seed)


def make(request, seed):
    threads = sorted({1, ALL_THREADS}) if device == "cpu" else [ALL_THREADS]
    return [Loop(request, seed, each) for each in threads]


where = (
    torch.cuda.get_device_name()
    if device == "cuda"
    else f"cpu, 1 or {ALL_THREADS} threads, whichever is faster"
)
version = f"{stable_baselines3.__version__}, torch {torch.__version__}, gymnasium {gym.__version__}"
answer("Stable-Baselines3", version, where, replier(make))
