"""gymnax's environments, lanes by vmap and steps by scan: for gpu_env_steps.ts.

    pip install jax==0.10.2 gymnax==0.0.9            (jax[cuda13]==0.10.2 for an NVIDIA card)

The argument is the device: auto, cpu or cuda. Talks as serve.py says: a request names the
environment's id, lanes, the policy (random, or hidden layers such as 64-64, which act greedily with
ReLU between them) and seconds; the answer is in steps per second, over all lanes. Episodes that end
begin anew in the same step.
"""

import os
import sys
from importlib.metadata import version

from serve import answer, missing, rate

choice = sys.argv[1] if len(sys.argv) > 1 else "auto"
if choice != "auto":
    os.environ["JAX_PLATFORMS"] = choice
try:
    import gymnax
    import jax
    import jax.numpy as jnp
except ImportError:
    missing("pip install jax==0.10.2 gymnax==0.0.9")

# Steps of all lanes in one call of the compiled scan, at least so many of each lane.
CALL = 1 << 20
LEAST = 64


def network(key, widths):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        key, one, two = jax.random.split(key, 3)
        bound = inputs**-0.5
        weight = jax.random.uniform(one, (inputs, outputs), minval=-bound, maxval=bound)
        layers.append((weight, jax.random.uniform(two, (outputs,), minval=-bound, maxval=bound)))
    return layers


def values(layers, x):
    for weight, bias in layers[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = layers[-1]
    return x @ weight + bias


def build(id, lanes, policy):
    env, params = gymnax.make(id)
    actions = env.num_actions
    key = jax.random.key(1)
    layers = None
    if policy != "random":
        inputs = int(jnp.prod(jnp.array(env.observation_space(params).shape)))
        layers = network(key, [inputs, *map(int, policy.split("-")), actions])
    steps = max(LEAST, CALL // lanes)

    def one(carry, key):
        observations, state = carry
        act, move = jax.random.split(key)
        if layers is None:
            chosen = jax.random.randint(act, (lanes,), 0, actions)
        else:
            chosen = values(layers, observations.reshape(lanes, -1)).argmax(1)
        keys = jax.random.split(move, lanes)
        observations, state, rewards, ends, _ = jax.vmap(env.step, in_axes=(0, 0, 0, None))(
            keys, state, chosen, params
        )
        return (observations, state), (rewards.sum(), ends.sum())

    @jax.jit
    def many(carry, key):
        carry, sums = jax.lax.scan(one, carry, jax.random.split(key, steps))
        return carry, jax.tree.map(jnp.sum, sums)

    carry = jax.vmap(env.reset, in_axes=(0, None))(jax.random.split(key, lanes), params)

    def run():
        nonlocal carry, key
        key, now = jax.random.split(key)
        carry, _ = jax.block_until_ready(many(carry, now))

    return run, steps * lanes


built = {}


def reply(request):
    key = (request["env"], request["lanes"], request["policy"])
    if key not in built:
        built[key] = build(*key)
        built[key][0]()
    return {"stepsPerSecond": rate(*built[key], request["seconds"])}


device = jax.devices()[0]
answer("gymnax", f"{version('gymnax')}, JAX {jax.__version__}", device.device_kind, reply)
