"""One run of Stable-Baselines3's DQN with its zoo's preset: for race.ts and sb3_seeds.py.

    pip install stable-baselines3==2.9.2 "gymnasium[box2d]==1.4.0" torch==2.13.0

Trains for the preset's steps (50,000 on CartPole-v1), then plays 100 greedy episodes. With --check-every it also evaluates
greedily on that grid while training; evaluations use environments and seeds of their own, draw no
random numbers that training uses, and are not counted in its seconds. The last line of stdout is
JSON:

    seed, steps, seconds (this script's start to the end of training: imports count, evaluations do
    not), checkSeconds, reached (null, or {steps, seconds, mean} of the first check that reached
    --stop-at), evaluation {episodes, mean, std, min, max}, versions
"""

import time

STARTED = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402

INSTALL = 'pip install stable-baselines3==2.9.2 "gymnasium[box2d]==1.4.0" torch==2.13.0'
LANDER = {
    "learning_rate": 6.3e-4,
    "batch_size": 128,
    "buffer_size": 50_000,
    "learning_starts": 0,
    "gamma": 0.99,
    "target_update_interval": 250,
    "train_freq": 4,
    "gradient_steps": -1,
    "exploration_fraction": 0.12,
    "exploration_final_eps": 0.1,
    "policy_kwargs": {"net_arch": [256, 256]},
}
# rl-baselines3-zoo, hyperparams/dqn.yml: steps and options by environment.
PRESETS = {
    "CartPole-v1": (50_000, {
        "learning_rate": 2.3e-3,
        "batch_size": 64,
        "buffer_size": 100_000,
        "learning_starts": 1000,
        "gamma": 0.99,
        "target_update_interval": 10,
        "train_freq": 256,
        "gradient_steps": 128,
        "exploration_fraction": 0.16,
        "exploration_final_eps": 0.04,
        "policy_kwargs": {"net_arch": [256, 256]},
    }),
    "MountainCar-v0": (120_000, {
        "learning_rate": 4e-3,
        "batch_size": 128,
        "buffer_size": 10_000,
        "learning_starts": 1000,
        "gamma": 0.98,
        "target_update_interval": 600,
        "train_freq": 16,
        "gradient_steps": 8,
        "exploration_fraction": 0.2,
        "exploration_final_eps": 0.07,
        "policy_kwargs": {"net_arch": [256, 256]},
    }),
    "Acrobot-v1": (100_000, LANDER),
    # The zoo's preset is of v2, whose dynamics v3 has.
    "LunarLander-v3": (100_000, LANDER),
}
# Seeds of evaluation episodes, apart from those of training.
CHECK_SEED, FINAL_SEED = 1_000_000_000, 2_000_000_000


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--env", choices=PRESETS, default="CartPole-v1")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, help="environment steps; the preset's if left out")
    parser.add_argument("--threads", type=int, help="PyTorch's threads; its own choice if left out")
    parser.add_argument("--episodes", type=int, default=100, help="greedy episodes at the end")
    parser.add_argument("--check-every", type=int, help="steps between evaluations while training")
    parser.add_argument("--check-episodes", type=int, default=20)
    parser.add_argument("--stop-at", type=float, default=475, help="the mean to look for in them")
    return parser.parse_args()


def greedy_returns(model, env_id, episodes, seed):
    """Returns of greedy episodes, played side by side; episode i is reset with seed + i."""
    envs = [gym.make(env_id) for _ in range(episodes)]
    observations = [env.reset(seed=seed + i)[0] for i, env in enumerate(envs)]
    returns = [0.0] * episodes
    running = list(range(episodes))
    while running:
        actions, _ = model.predict(np.stack([observations[i] for i in running]), deterministic=True)
        still = []
        for i, action in zip(running, actions):
            observations[i], reward, terminated, truncated, _ = envs[i].step(action)
            returns[i] += float(reward)
            if not (terminated or truncated):
                still.append(i)
        running = still
    return returns


class Checks:
    """A callback that evaluates on a grid of steps, with its own clock."""

    def __init__(self, args):
        self.args = args
        self.seconds = 0.0
        self.reached = None

    def __call__(self, local_variables, _):
        model = local_variables["self"]
        every = self.args.check_every
        if every and self.reached is None and model.num_timesteps % every == 0:
            started = time.perf_counter()
            trained = started - STARTED - self.seconds
            seed = CHECK_SEED + 1000 * self.args.seed
            mean = float(np.mean(greedy_returns(model, self.args.env, self.args.check_episodes, seed)))
            if mean >= self.args.stop_at:
                self.reached = {"steps": model.num_timesteps, "seconds": trained, "mean": mean}
            self.seconds += time.perf_counter() - started
        return True


def main(args):
    if args.threads:
        torch.set_num_threads(args.threads)
    steps, preset = PRESETS[args.env]
    model = DQN("MlpPolicy", args.env, seed=args.seed, device="cpu", **preset)
    checks = Checks(args)
    model.learn(args.steps or steps, callback=checks)
    seconds = time.perf_counter() - STARTED - checks.seconds
    returns = greedy_returns(model, args.env, args.episodes, FINAL_SEED + 1000 * args.seed)
    evaluation = {
        "episodes": len(returns),
        "mean": float(np.mean(returns)),
        "std": float(np.std(returns)),
        "min": min(returns),
        "max": max(returns),
    }
    result = {
        "seed": args.seed,
        "steps": model.num_timesteps,
        "seconds": seconds,
        "checkSeconds": checks.seconds,
        "reached": checks.reached,
        "evaluation": evaluation,
        "versions": {
            "stable-baselines3": stable_baselines3.__version__,
            "gymnasium": gym.__version__,
            "torch": torch.__version__,
        },
    }
    print(json.dumps(result))


if __name__ == "__main__":
    arguments = parse()
    try:
        import gymnasium as gym
        import numpy as np
        import stable_baselines3
        import torch
        from stable_baselines3 import DQN
    except ImportError as error:
        sys.exit(f"{error}\nto install: {INSTALL}")
    main(arguments)
