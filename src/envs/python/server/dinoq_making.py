"""Making environments in their wrappers."""

import difflib
import importlib

import dinoq_ale
import dinoq_atari
import gymnasium as gym


def register_games(task, is_atari):
    """Makes the games of ale-py known to Gymnasium, where they are wanted."""
    env_id = task["id"]
    if is_atari:
        import ale_py
    elif ":" in env_id or env_id in gym.registry:
        return
    else:
        # A game by a name that does not tell, as Pong-v4.
        try:
            import ale_py
        except ImportError:
            return
    gym.register_envs(ale_py)


def make_env(task):
    """One environment in its wrappers."""
    env = gym.make(task["id"], **task["kwargs"])
    dinoq_ale.record(env)
    for wrapper in task["wrappers"]:
        # Gymnasium's wrappers want tuples where JSON has arrays.
        kwargs = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in wrapper.get("kwargs", {}).items()
        }
        env = find_wrapper(wrapper["name"])(env, **kwargs)
    return env


def find_wrapper(name):
    if name in dinoq_atari.BY_NAME:
        return dinoq_atari.BY_NAME[name]
    if ":" in name:
        module, _, attribute = name.partition(":")
        return getattr(importlib.import_module(module), attribute)
    try:
        return getattr(gym.wrappers, name)
    except AttributeError:
        known = [*gym.wrappers.__all__, *dinoq_atari.BY_NAME]
        near = difflib.get_close_matches(name, known, 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"gymnasium.wrappers has no {name}{hint}") from None
