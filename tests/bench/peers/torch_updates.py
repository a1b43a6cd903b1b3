"""DQN updates in PyTorch, eager, as CleanRL and Stable-Baselines3 write them: for updates.ts.

    pip install torch==2.13.0

Adam, Huber loss, a target network copied every 100 updates, uniform draws from a replay buffer that
lies on the device. The argument is the device: auto (CUDA where there is one), cpu or cuda. On a
CPU small networks may be faster with one thread than with all: both are tried, the faster counts.
"""

import functools
import sys

from serve import CHUNK, missing, serve

try:
    import torch
except ImportError:
    missing("pip install torch==2.13.0")
from torch import nn

GAMMA = 0.99
LEARNING_RATE = 1e-3
ALL_THREADS = torch.get_num_threads()


def build(sizes, batch, rows):
    def network():
        layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        return nn.Sequential(*layers[:-1]).to(device)

    torch.manual_seed(1)
    q, target = network(), network()
    target.load_state_dict(q.state_dict())
    optimizer = torch.optim.Adam(q.parameters(), LEARNING_RATE)
    observations = torch.randn(rows, sizes[0], device=device)
    next_observations = torch.randn(rows, sizes[0], device=device)
    actions = torch.randint(0, sizes[-1], (rows, 1), device=device)
    rewards = torch.randn(rows, device=device)
    continues = (torch.rand(rows, device=device) > 0.05).float()

    def run(threads):
        torch.set_num_threads(threads)
        for _ in range(CHUNK):
            drawn = torch.randint(0, rows, (batch,), device=device)
            with torch.no_grad():
                best = target(next_observations[drawn]).max(1).values
                wanted = rewards[drawn] + GAMMA * continues[drawn] * best
            predicted = q(observations[drawn]).gather(1, actions[drawn])[:, 0]
            loss = nn.functional.smooth_l1_loss(predicted, wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        target.load_state_dict(q.state_dict())
        if device == "cuda":
            torch.cuda.synchronize()

    ways = {1, ALL_THREADS} if device == "cpu" else {ALL_THREADS}
    return [functools.partial(run, threads) for threads in sorted(ways)]


choice = sys.argv[1] if len(sys.argv) > 1 else "auto"
device = choice if choice != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
described = (
    torch.cuda.get_device_name()
    if device == "cuda"
    else f"cpu, 1 or {ALL_THREADS} threads, whichever is faster"
)
serve("PyTorch eager", torch.__version__, described, build)
