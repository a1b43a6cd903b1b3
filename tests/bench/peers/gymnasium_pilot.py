"""Gymnasium's heuristic pilot in Gymnasium's LunarLander: for lander_pilot.ts.

    pip install "gymnasium[box2d]==1.4.0"
    python tests/bench/peers/gymnasium_pilot.py --episodes 500 --wind

Episode i is reset with seed + i. The last line of stdout is JSON: returns, landed (whether the flight
ended at rest, which gives 100), steps, versions.
"""

import argparse
import json
import sys
from importlib.metadata import version

INSTALL = 'pip install "gymnasium[box2d]==1.4.0"'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--episodes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wind", action="store_true")
    args = parser.parse_args()
    try:
        import gymnasium as gym
        from gymnasium.envs.box2d.lunar_lander import heuristic

        env = gym.make("LunarLander-v3", enable_wind=args.wind)
    except ImportError as error:
        sys.exit(f"{error}\nto install: {INSTALL}")
    returns, landed, lengths = [], [], []
    for episode in range(args.episodes):
        observation, _ = env.reset(seed=args.seed + episode)
        total, steps, ended = 0.0, 0, False
        while not ended:
            action = heuristic(env, observation)
            observation, reward, terminated, truncated, _ = env.step(action)
            total += float(reward)
            steps += 1
            ended = terminated or truncated
        returns.append(total)
        landed.append(bool(terminated and reward == 100))
        lengths.append(steps)
    versions = {"gymnasium": gym.__version__, "box2d": version("box2d")}
    print(json.dumps({"returns": returns, "landed": landed, "steps": lengths, "versions": versions}))


if __name__ == "__main__":
    main()
