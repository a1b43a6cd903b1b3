"""Updates of DQN with convolutional networks in PyTorch: for convolutions.ts.

    pip install torch==2.13.0

A round is an update: a batch drawn uniformly from stored bytes, the target network on the next
observations, the online one forward and backward, Huber loss and Adam. Arguments: the device (auto,
cpu or cuda), eager or compiled, and tf32 or float32: what a GPU may multiply with. On a CPU one
thread and all of them are tried, the faster counts. Talks as serve.py says, but for what a request
names: a network's input [channels, height, width], its convolutions [channels, kernel, stride], its
hidden layers and outputs, the highest byte, the batch, and seconds.
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
# Transitions to draw from.
ROWS = 1_000


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
    """A function that makes one update."""
    torch.manual_seed(1)
    q, target = network(request), network(request)
    target.load_state_dict(q.state_dict())
    optimizer = torch.optim.Adam(q.parameters(), lr=1e-4)
    predict, follow = (torch.compile(q), torch.compile(target)) if mode == "compiled" else (q, target)
    shape = (ROWS + 1, *request["input"])
    stored = torch.randint(0, request["highest"] + 1, shape, dtype=torch.uint8, device=device)
    actions = torch.randint(0, request["outputs"], (ROWS, 1), device=device)
    rewards = torch.randn(ROWS, device=device)
    goes_on = (torch.arange(ROWS, device=device) % 100 != 99).float()
    scale = 255 if request["highest"] == 255 else 1
    batch = request["batch"]

    def run():
        rows = torch.randint(0, ROWS, (batch,), device=device)
        with torch.no_grad():
            following = follow(stored[rows + 1].float() / scale).max(1).values
            wanted = rewards[rows] + 0.99 * goes_on[rows] * following
        values = predict(stored[rows].float() / scale).gather(1, actions[rows])[:, 0]
        loss = nn.functional.smooth_l1_loss(values, wanted)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(q.parameters(), 10)
        optimizer.step()

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
