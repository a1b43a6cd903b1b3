"""Stable-Baselines3's DQN with its zoo's preset over several seeds: for seeds.ts --against.

    pip install stable-baselines3==2.9.2 "gymnasium[box2d]==1.4.0" torch==2.13.0
    python tests/bench/peers/sb3_seeds.py --seeds 1-10 --out docs/results/sb3_zoo.json
    python tests/bench/peers/sb3_seeds.py --env Acrobot-v1 --seeds 1-5 --out docs/results/sb3_acrobot.json

Each seed is a process of sb3_run.py with one PyTorch thread; at most two run at a time.
"""

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SCRIPT = Path(__file__).with_name("sb3_run.py")


def seeds(text):
    found = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def run(env, seed, steps):
    command = [sys.executable, "-B", str(SCRIPT), "--env", env, "--seed", str(seed), "--threads", "1"]
    if steps:
        command += ["--steps", str(steps)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"seed {seed} failed:\n{done.stderr}")
    result = json.loads(done.stdout.splitlines()[-1])
    mean, seconds = result["evaluation"]["mean"], result["seconds"]
    print(f"seed {seed}: mean {mean:.1f} in {seconds:.0f} s", file=sys.stderr, flush=True)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=seeds, default=seeds("1-10"), help="1-10, or 1,4-6")
    parser.add_argument("--env", default="CartPole-v1", help="one that sb3_run.py has a preset for")
    parser.add_argument("--steps", type=int, help="environment steps; the preset's if left out")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=2, help="runs at a time")
    parser.add_argument("--out", type=Path, help="write the JSON here, not on stdout")
    args = parser.parse_args()
    with ThreadPoolExecutor(args.jobs) as pool:
        runs = list(pool.map(lambda seed: run(args.env, seed, args.steps), args.seeds))
    record = {
        "name": "Stable-Baselines3, zoo preset",
        "command": " ".join(["python", *sys.argv]),
        "env": args.env,
        "versions": runs[0]["versions"],
        "runs": [{k: v for k, v in each.items() if k != "versions"} for each in runs],
    }
    text = json.dumps(record, indent=2) + "\n"
    if args.out:
        args.out.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
