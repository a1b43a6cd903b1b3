"""DQN updates in PyTorch: for updates.ts.

    pip install torch==2.13.0

Adam, Huber loss, a target network copied every 100 updates, uniform draws from a replay buffer that
lies on the device. The first argument is the device: auto (CUDA where there is one), cpu or cuda. The
second is how:

    eager     as CleanRL and Stable-Baselines3 write it
    compiled  loss and optimiser through torch.compile
    graphs    a whole update, drawing included, captured in a CUDA graph and replayed, both eager and
              compiled, one or ten updates a graph: the fastest counts

On a CPU small networks may be faster with one thread than with all: both are tried, the faster counts.
"""

import functools
import logging
import shutil
import sys

from serve import CHUNK, missing, serve, unavailable

try:
    import torch
except ImportError:
    missing("pip install torch==2.13.0")
from torch import nn

# Each shape is compiled for itself, also when there are many; and hints on that go nowhere.
torch._dynamo.config.recompile_limit = 1000
logging.disable(logging.WARNING)

GAMMA = 0.99
LEARNING_RATE = 1e-3
ALL_THREADS = torch.get_num_threads()
# Updates in a CUDA graph.
GRAPHS = (1, 10)
NAMES = {"eager": "eager", "compiled": "torch.compile", "graphs": "CUDA graphs"}


def learner(sizes, batch, rows, is_compiled):
    """Makes one update on each call; and the function that copies the target network."""

    def network():
        layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        return nn.Sequential(*layers[:-1]).to(device)

    torch.manual_seed(1)
    q, target = network(), network()
    target.load_state_dict(q.state_dict())
    # Only what is captured or compiled gains by keeping Adam's count on the card.
    optimizer = torch.optim.Adam(
        q.parameters(), LEARNING_RATE, capturable=device == "cuda" and mode != "eager"
    )
    observations = torch.randn(rows, sizes[0], device=device)
    next_observations = torch.randn(rows, sizes[0], device=device)
    actions = torch.randint(0, sizes[-1], (rows, 1), device=device)
    rewards = torch.randn(rows, device=device)
    continues = (torch.rand(rows, device=device) > 0.05).float()

    def loss_of(drawn):
        with torch.no_grad():
            best = target(next_observations[drawn]).max(1).values
            wanted = rewards[drawn] + GAMMA * continues[drawn] * best
        predicted = q(observations[drawn]).gather(1, actions[drawn])[:, 0]
        return nn.functional.smooth_l1_loss(predicted, wanted)

    step = optimizer.step
    if is_compiled:
        loss_of = torch.compile(loss_of, dynamic=False)
        step = torch.compile(step, dynamic=False)

    def update():
        loss = loss_of(torch.randint(0, rows, (batch,), device=device))
        optimizer.zero_grad()
        loss.backward()
        step()

    return update, lambda: target.load_state_dict(q.state_dict())


def repeated(update, copy, times, threads=ALL_THREADS):
    """A way: CHUNK updates by so many calls, and the copy of the target network."""
    torch.set_num_threads(threads)
    for _ in range(times):
        update()
    copy()
    if device == "cuda":
        torch.cuda.synchronize()


def captured(update, count):
    """So many updates as one CUDA graph."""
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(5):
            update()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(count):
            update()
    return graph.replay


def build(sizes, batch, rows):
    if mode == "graphs":
        ways = []
        for is_compiled in (False, True):
            for count in GRAPHS:
                update, copy = learner(sizes, batch, rows, is_compiled)
                try:
                    replay = captured(update, count)
                except RuntimeError as error:
                    # The other ways still count.
                    how = "compiled" if is_compiled else "eager"
                    print(f"no CUDA graph of {count} {how} updates: {error}", file=sys.stderr)
                    continue
                ways.append(functools.partial(repeated, replay, copy, CHUNK // count))
        return ways
    threads = {1, ALL_THREADS} if device == "cpu" else {ALL_THREADS}
    ways = []
    for each in sorted(threads):
        # What is compiled is so for the threads of its first call.
        way = functools.partial(repeated, *learner(sizes, batch, rows, mode == "compiled"), CHUNK, each)
        way()
        ways.append(way)
    return ways


choice, mode = (sys.argv[1:] + ["auto", "eager"][len(sys.argv) - 1 :])[:2]
device = choice if choice != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
if mode == "graphs" and device != "cuda":
    unavailable("CUDA graphs need an NVIDIA card")
if mode == "compiled" and device == "cpu" and not (shutil.which("g++") or shutil.which("clang++")):
    unavailable("torch.compile needs a C++ compiler (g++)")
described = (
    torch.cuda.get_device_name()
    if device == "cuda"
    else f"cpu, 1 or {ALL_THREADS} threads, whichever is faster"
)
serve(f"PyTorch {NAMES[mode]}", torch.__version__, described, build)
