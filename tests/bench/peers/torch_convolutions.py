"""Forward and backward passes of convolutional networks in PyTorch: for convolutions.ts.

    pip install torch==2.13.0

A round is what an update of DQN asks of the networks: the target network forward on the next
observations, the online one forward and backward on the observations. Arguments: the device (auto,
cpu or cuda), eager or compiled, and tf32 or float32: what a GPU may multiply with. On a CPU one
thread and all of them are tried, the faster counts. Talks as serve.py says, but for what a request
names: a network's input [channels, height, width], its convolutions [channels, kernel, stride], its
hidden layers and outputs, whether observations are bytes, the batch, and seconds.
"""

import json
import sys
import time

from serve import missing, say

try:
    import torch
except ImportError:
    missing("pip install torch==2.13.0")
from torch import nn

choice, mode, precision = (sys.argv[1:] + ["auto", "eager", "float32"][len(sys.argv) - 1 :])[:3]
device = choice if choice != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
torch.backends.cudnn.allow_tf32 = precision == "tf32"
ALL_THREADS = torch.get_num_threads()


def network(request):
    channels, height, width = request["input"]
    parts = []
    for outputs, kernel, stride in request["convolutions"]:
        parts += [nn.Conv2d(channels, outputs, kernel, stride), nn.ReLU()]
        channels = outputs
    parts.append(nn.Flatten())
    example = torch.zeros(1, *request["input"])
    widths = [nn.Sequential(*parts)(example).shape[1], *request["hidden"], request["outputs"]]
    for inputs, outputs in zip(widths, widths[1:]):
        parts += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*parts[:-1]).to(device)


def build(request):
    """A function that makes one round."""
    torch.manual_seed(1)
    q, target = network(request), network(request)
    if mode == "compiled":
        q, target = torch.compile(q), torch.compile(target)
    shape = (2, request["batch"], *request["input"])
    if request["bytes"]:
        seen = torch.randint(0, 256, shape, dtype=torch.uint8, device=device)
    else:
        seen = torch.rand(shape, device=device)
    deltas = torch.randn(request["batch"], request["outputs"], device=device)

    def floats(observations):
        return observations.float() / 255 if request["bytes"] else observations

    def run():
        with torch.no_grad():
            target(floats(seen[1]))
        for parameter in q.parameters():
            parameter.grad = None
        q(floats(seen[0])).backward(deltas)

    return run


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


def measure(run, seconds):
    """Rounds per second, over at least so many seconds; the clock is looked at now and then."""
    rounds, chunk, started = 0, 1, time.perf_counter()
    while True:
        for _ in range(chunk):
            run()
        wait()
        rounds += chunk
        passed = time.perf_counter() - started
        if passed >= seconds:
            return rounds / passed
        chunk = max(1, int(rounds / passed * seconds / 8))


def ways(request):
    """A number of threads and a round for each way to do it; what is compiled is so for its threads."""
    counts = sorted({1, ALL_THREADS}) if device == "cpu" else [ALL_THREADS]
    for threads in counts:
        torch.set_num_threads(threads)
        run = build(request)
        run()
        yield threads, run


def rates(request, built):
    for threads, run in built:
        torch.set_num_threads(threads)
        run()
        wait()
        yield measure(run, request["seconds"] / len(built))


where = (
    torch.cuda.get_device_name() + f", {precision}"
    if device == "cuda"
    else f"cpu, 1 or {ALL_THREADS} threads, whichever is faster"
)
say({"name": f"PyTorch {mode}", "version": torch.__version__, "device": where})
built = {}
for line in sys.stdin:
    request = json.loads(line)
    key = json.dumps({**request, "seconds": None})
    if key not in built:
        built[key] = list(ways(request))
    say({"updatesPerSecond": max(rates(request, built[key]))})
