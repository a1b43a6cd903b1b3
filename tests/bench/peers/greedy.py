"""Greedy episodes, played side by side: what loops are evaluated by, apart from their training."""

import gymnasium as gym
import numpy as np


def mean_return(act, env_id, episodes, seed):
    """Mean return of episodes; act takes their observations at once. Episode i is reset with seed + i."""
    envs = [gym.make(env_id) for _ in range(episodes)]
    observations = [env.reset(seed=seed + i)[0] for i, env in enumerate(envs)]
    total, running = 0.0, list(range(episodes))
    while running:
        actions = act(np.stack([observations[i] for i in running]))
        still = []
        for i, action in zip(running, actions):
            observations[i], reward, terminated, truncated, _ = envs[i].step(int(action))
            total += float(reward)
            if not (terminated or truncated):
                still.append(i)
        running = still
    return total / episodes
