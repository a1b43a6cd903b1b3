"""A training loop in the manner of CleanRL's dqn.py: for loop.ts.

    pip install torch==2.13.0 gymnasium==1.4.0

Written anew after its description (docs.cleanrl.dev): one environment in a SyncVectorEnv with episode
statistics, a uniform replay buffer in NumPy, Adam, squared error, a target network that is copied. It
writes no logs. The argument is the device: auto, cpu or cuda. On a CPU one thread and all are tried.
Talks as loops.py says.
"""

import random
import sys
import time

from serve import answer, missing

try:
    import gymnasium as gym
    import numpy as np
    import torch
except ImportError:
    missing("pip install torch==2.13.0 gymnasium==1.4.0")
from torch import nn

from greedy import mean_return
from loops import replier

choice = sys.argv[1] if len(sys.argv) > 1 else "auto"
device = choice if choice != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
ALL_THREADS = torch.get_num_threads()
# Steps between two looks at the clock.
LOOK = 200


class Replay:
    """Transitions in arrays, the oldest overwritten."""

    def __init__(self, rows, size):
        self.observations = np.zeros((rows, size), np.float32)
        self.next_observations = np.zeros((rows, size), np.float32)
        self.actions = np.zeros((rows, 1), np.int64)
        self.rewards = np.zeros(rows, np.float32)
        self.ends = np.zeros(rows, np.float32)
        self.rows, self.count = rows, 0

    def add(self, observation, next_observation, action, reward, end):
        at = self.count % self.rows
        self.observations[at], self.next_observations[at] = observation, next_observation
        self.actions[at], self.rewards[at], self.ends[at] = action, reward, end
        self.count += 1

    def sample(self, batch):
        rows = np.random.randint(0, min(self.count, self.rows), batch)
        arrays = (self.observations, self.next_observations, self.actions, self.rewards, self.ends)
        return [torch.as_tensor(array[rows], device=device) for array in arrays]


class Loop:
    def __init__(self, request, seed, threads):
        self.request, self.threads, self.step = request, threads, 0
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)

        def make():
            env = gym.wrappers.RecordEpisodeStatistics(gym.make(request["env"]))
            env.action_space.seed(seed)
            return env

        same_step = gym.vector.AutoresetMode.SAME_STEP
        self.envs = gym.vector.SyncVectorEnv([make], autoreset_mode=same_step)
        size = self.envs.single_observation_space.shape[0]
        widths = [size, *request["hidden"], int(self.envs.single_action_space.n)]

        def network():
            layers = []
            for inputs, outputs in zip(widths, widths[1:]):
                layers += [nn.Linear(inputs, outputs), nn.ReLU()]
            return nn.Sequential(*layers[:-1]).to(device)

        self.q, self.target = network(), network()
        self.target.load_state_dict(self.q.state_dict())
        self.optimizer = torch.optim.Adam(self.q.parameters(), lr=request["learningRate"])
        self.replay = Replay(request["buffer"], size)
        self.observation, _ = self.envs.reset(seed=seed)

    def epsilon(self):
        r = self.request
        share = min(1, self.step / (r["epsilonFraction"] * r["steps"]))
        return r["epsilonStart"] + share * (r["epsilonEnd"] - r["epsilonStart"])

    def train(self, steps=None, seconds=None):
        """So many steps, or for so long; returns how many."""
        torch.set_num_threads(self.threads)
        first, started = self.step, time.perf_counter()
        while True:
            for _ in range(LOOK if steps is None else steps):
                self.advance()
            if steps is not None or time.perf_counter() - started >= seconds:
                return self.step - first

    def advance(self):
        r = self.request
        if random.random() < self.epsilon():
            actions = np.array([self.envs.single_action_space.sample()])
        else:
            values = self.q(torch.as_tensor(self.observation, device=device))
            actions = values.argmax(1).cpu().numpy()
        following, rewards, terminated, truncated, infos = self.envs.step(actions)
        # What a step that truncates returns is the next episode's first observation.
        real = infos["final_obs"][0] if truncated[0] else following[0]
        self.replay.add(self.observation[0], real, actions[0], rewards[0], terminated[0])
        self.observation = following
        self.step += 1
        if self.step <= r["learningStarts"]:
            return
        if self.step % r["every"] == 0:
            self.update(*self.replay.sample(r["batch"]))
        if self.step % r["targetInterval"] == 0:
            self.target.load_state_dict(self.q.state_dict())

    def update(self, observations, next_observations, actions, rewards, ends):
        with torch.no_grad():
            best = self.target(next_observations).max(1).values
            wanted = rewards + self.request["gamma"] * best * (1 - ends)
        predicted = self.q(observations).gather(1, actions)[:, 0]
        loss = nn.functional.mse_loss(predicted, wanted)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def evaluate(self, episodes, seed):
        def act(observations):
            with torch.no_grad():
                return self.q(torch.as_tensor(observations, device=device)).argmax(1).tolist()

        return mean_return(act, self.request["env"], episodes, seed)


def make(request, seed):
    threads = sorted({1, ALL_THREADS}) if device == "cpu" else [ALL_THREADS]
    return [Loop(request, seed, each) for each in threads]


where = (
    torch.cuda.get_device_name()
    if device == "cuda"
    else f"cpu, 1 or {ALL_THREADS} threads, whichever is faster"
)
version = f"torch {torch.__version__}, gymnasium {gym.__version__}"
answer("CleanRL's loop", version, where, replier(make))
