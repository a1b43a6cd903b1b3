"""DQN updates in JAX, a hundred of them in one compiled scan: for updates.ts.

    pip install jax==0.10.2            (jax[cuda13]==0.10.2 for an NVIDIA card)

The same update as torch_updates.py. Adam is written out, so that JAX alone is enough.
"""

import os
import sys

from serve import CHUNK, missing, serve

choice = sys.argv[1] if len(sys.argv) > 1 else "auto"
if choice != "auto":
    os.environ["JAX_PLATFORMS"] = choice
try:
    import jax
    import jax.numpy as jnp
except ImportError:
    missing("pip install jax==0.10.2")

GAMMA = 0.99
LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def forward(parameters, x):
    for weight, bias in parameters[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = parameters[-1]
    return x @ weight + bias


def huber(error):
    size = jnp.abs(error)
    return jnp.where(size < 1, 0.5 * error * error, size - 0.5)


def build(sizes, batch, rows):
    keys = iter(jax.random.split(jax.random.key(1), 100))
    parameters = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        bound = inputs**-0.5
        weight = jax.random.uniform(next(keys), (inputs, outputs), minval=-bound, maxval=bound)
        bias = jax.random.uniform(next(keys), (outputs,), minval=-bound, maxval=bound)
        parameters.append((weight, bias))
    replay = {
        "observations": jax.random.normal(next(keys), (rows, sizes[0])),
        "next_observations": jax.random.normal(next(keys), (rows, sizes[0])),
        "actions": jax.random.randint(next(keys), (rows,), 0, sizes[-1]),
        "rewards": jax.random.normal(next(keys), (rows,)),
        "continues": (jax.random.uniform(next(keys), (rows,)) > 0.05).astype(jnp.float32),
    }

    def loss_of(q, target, drawn):
        best = forward(target, replay["next_observations"][drawn]).max(1)
        wanted = replay["rewards"][drawn] + GAMMA * replay["continues"][drawn] * best
        values = forward(q, replay["observations"][drawn])
        taken = replay["actions"][drawn]
        return huber(values[jnp.arange(batch), taken] - jax.lax.stop_gradient(wanted)).mean()

    def update(state, key):
        q, target, means, squares, step = state
        drawn = jax.random.randint(key, (batch,), 0, rows)
        gradients = jax.grad(loss_of)(q, target, drawn)
        step += 1
        means = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, means, gradients)
        squares = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, squares, gradients)
        first, second = 1 - BETA1**step, 1 - BETA2**step
        q = jax.tree.map(
            lambda p, m, v: p - LEARNING_RATE * (m / first) / (jnp.sqrt(v / second) + EPSILON),
            q,
            means,
            squares,
        )
        return (q, target, means, squares, step), None

    @jax.jit
    def many(state, key):
        state, _ = jax.lax.scan(update, state, jax.random.split(key, CHUNK))
        return (state[0], state[0], *state[2:])

    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = (parameters, parameters, zeros, zeros, jnp.float32(0))
    key = jax.random.key(2)

    def run():
        nonlocal state, key
        key, now = jax.random.split(key)
        state = jax.block_until_ready(many(state, now))

    return [run]


device = jax.devices()[0]
serve("JAX scan of 100", jax.__version__, device.device_kind, build)
