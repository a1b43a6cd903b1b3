"""rejax's DQN as a training loop, environments included, compiled by JAX: for loop.ts.

    pip install jax==0.10.2 rejax==0.1.3 "gymnax<1"            (jax[cuda13]==0.10.2 for an NVIDIA card)

An iteration of it is a step of all environments and at least one update. Its own network has two hidden
layers of 64; others are put in its place. Its evaluations act with an epsilon of 0.005, and a truncated
episode counts as terminated. The argument is the device: auto, cpu or cuda. Talks as loops.py says.
"""

import os
import sys
import time
import warnings
from importlib.metadata import version

from serve import answer, missing

choice = sys.argv[1] if len(sys.argv) > 1 else "auto"
if choice != "auto":
    os.environ["JAX_PLATFORMS"] = choice
try:
    import jax
    from flax import linen as nn
    from rejax import DQN
    from rejax.evaluate import evaluate
    from rejax.networks import DiscreteQNetwork, EpsilonGreedyPolicy
except ImportError:
    missing('pip install jax==0.10.2 rejax==0.1.3 "gymnax<1"')

from loops import replier

# Of types that JAX narrows.
warnings.simplefilter("ignore")
# Iterations in one compiled call.
CALL = 100


class Loop:
    def __init__(self, request, seed):
        self.request, self.step = request, 0
        self.algorithm = DQN.create(
            env=request["env"],
            num_envs=request["envs"],
            num_epochs=request["envs"] // request["every"],
            buffer_size=request["buffer"],
            fill_buffer=request["learningStarts"],
            batch_size=request["batch"],
            gamma=request["gamma"],
            learning_rate=request["learningRate"],
            target_update_freq=request["targetInterval"],
            # What stays of the target network.
            polyak=0.0,
            eps_start=request["epsilonStart"],
            eps_end=request["epsilonEnd"],
            exploration_fraction=request["epsilonFraction"],
            total_timesteps=request["steps"],
            ddqn=False,
        )
        agent = EpsilonGreedyPolicy(DiscreteQNetwork)(
            hidden_layer_sizes=tuple(request["hidden"]),
            activation=nn.relu,
            action_dim=self.algorithm.action_dim,
        )
        self.algorithm = algorithm = self.algorithm.replace(agent=agent)
        self.state = algorithm.init_state(jax.random.key(seed))
        self.advance = jax.jit(
            lambda state: jax.lax.fori_loop(0, CALL, lambda _, s: algorithm.train_iteration(s), state)
        )
        most = algorithm.env_params.max_steps_in_episode
        self.returns = jax.jit(
            lambda state, key, episodes: evaluate(
                algorithm.make_act(state), key, algorithm.env, algorithm.env_params, episodes, most
            )[1],
            static_argnums=2,
        )
        # Compiled before any clock runs.
        jax.block_until_ready(self.advance(self.state))

    def train(self, steps=None, seconds=None):
        """So many steps, or for so long; returns how many."""
        made, started = 0, time.perf_counter()
        while True:
            self.state = jax.block_until_ready(self.advance(self.state))
            made += CALL * self.request["envs"]
            if made >= steps if steps is not None else time.perf_counter() - started >= seconds:
                return made

    def evaluate(self, episodes, seed):
        return float(self.returns(self.state, jax.random.key(seed), episodes).mean())


device = jax.devices()[0]
described = f"{version('rejax')}, gymnax {version('gymnax')}, JAX {jax.__version__}"
answer("rejax", described, device.device_kind, replier(lambda request, seed: [Loop(request, seed)]))
