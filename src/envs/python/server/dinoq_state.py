"""The state of an environment in its wrappers as bytes: a pickle of all its objects.

Of these objects some stay where they are, and the pickle only names them: the emulator of an Atari
game (dinoq_ale.py saves what it holds), the spec, modules, and the code of functions that can't be
imported, as many of Gymnasium's wrappers have one. What such functions have taken from where they were
made is saved. EzPickle, which would make an environment anew and so forget where it stood,
is gone around.

A pickle can call whatever it names, and a state comes from a file. So a state may name only what this
environment's own pickle names, the classes of its modules, and a few of NumPy's and of the standard
library.
"""

import copyreg
import io
import pickle
import sys
import types
import zlib

import gymnasium as gym
import numpy as np
from dinoq_ale import RecordedALE
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils import EzPickle

# What any state may name: builtins, containers, and what NumPy puts arrays and generators together with.
HARMLESS = {
    "builtins": "bool bytearray bytes complex dict float frozenset int list object set slice str tuple",
    "collections": "Counter OrderedDict defaultdict deque",
    "copyreg": "_reconstructor",
    "numpy": "dtype ndarray",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy._core.numeric": "_frombuffer",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "random": "Random",
    __name__: "attributes contents function method",
}
HARMLESS = {(module, name) for module, names in HARMLESS.items() for name in names.split()}


class StateError(Exception):
    """A state that is none, or not of this environment."""


def layers(env):
    """The wrappers from the outermost to the environment itself."""
    while env is not None:
        yield env
        env = env.__dict__.get("env") if isinstance(env, gym.Wrapper) else None


def local_functions(env):
    """Functions that can't be imported which layers of an environment hold, by place and code."""
    for index, layer in enumerate(layers(env)):
        for name, value in vars(layer).items():
            if isinstance(value, types.FunctionType) and "<" in value.__qualname__:
                code = value.__code__
                yield (index, name, value.__qualname__, code.co_firstlineno, code.co_code), value


# What pickles of this module call -----------------------------------------------------------------


def attributes(value, state):
    """Sets the attributes of an object, going around its __setstate__."""
    value.__dict__.update(state)


def method(owner, name):
    """A method of an object."""
    found = getattr(owner, name)
    if isinstance(owner, type) or getattr(found, "__self__", None) is not owner:
        raise StateError(f"the state wants {name} of {owner!r}, which is no method of an object")
    if not isinstance(found, types.MethodType):
        raise StateError(f"the state wants {name} of {owner!r}, which is no method in Python")
    return found


def function(pattern, count):
    """A function with the code of another and nothing taken from where it was made yet."""
    cells = tuple(types.CellType() for _ in range(count))
    name, defaults = pattern.__name__, pattern.__defaults__
    made = types.FunctionType(pattern.__code__, pattern.__globals__, name, defaults, cells)
    made.__kwdefaults__ = pattern.__kwdefaults__
    made.__qualname__ = pattern.__qualname__
    return made


def contents(value, state):
    """Fills what a function has taken."""
    for cell, content in zip(value.__closure__ or (), state, strict=True):
        cell.cell_contents = content


# Saving and loading -------------------------------------------------------------------------------


class Place:
    """What stays where it is: written as a persistent id."""

    def __init__(self, name):
        self.name = name


class Saver(pickle.Pickler):
    def __init__(self, file, env):
        super().__init__(file, protocol=4)
        self.spec = env.unwrapped.spec
        self.functions = {id(value): Place(("function", *place)) for place, value in local_functions(env)}
        self.named = set()  # what the pickle names

    def persistent_id(self, value):
        if isinstance(value, Place):
            return value.name
        if isinstance(value, RecordedALE):
            return "ale", value.save()
        if isinstance(value, EnvSpec):
            # Wrappers keep copies, and make them when they are asked.
            return "spec", value is self.spec
        if isinstance(value, types.ModuleType):
            self.named.add((value.__name__, None))
            return "module", value.__name__
        return None

    def reducer_override(self, value):
        if id(value) in self.functions:
            place = self.functions[id(value)]
            cells = value.__closure__ or ()
            taken = tuple(cell.cell_contents for cell in cells)
            self.named.add(place.name)
            return function, (place, len(cells)), taken, None, None, contents
        if isinstance(value, types.MethodType):
            return method, (value.__self__, value.__name__)
        if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
            self.named.add((value.__module__, value.__qualname__))
        elif isinstance(value, EzPickle) and type(value).__getstate__ is EzPickle.__getstate__:
            new = copyreg.__newobj__, (type(value),), dict(vars(value))
            return *new, None, None, attributes
        return NotImplemented


class Loader(pickle.Unpickler):
    def __init__(self, file, env, rules):
        super().__init__(file)
        self.env = env
        self.rules = rules
        self.saved_game = None

    def persistent_load(self, place):
        kind, *rest = place
        if kind == "ale" and isinstance(getattr(self.env.unwrapped, "ale", None), RecordedALE):
            self.saved_game = rest[0]
            return self.env.unwrapped.ale
        if kind == "spec":
            return self.env.unwrapped.spec if rest[0] else None
        if kind == "module" and self.rules.allow((rest[0], None)):
            return sys.modules[rest[0]]
        if kind == "function" and self.rules.allow(tuple(place)):
            return dict(local_functions(self.env))[tuple(rest)]
        raise StateError(f"the state names {kind} {rest!r}, which is no part of this environment")

    def find_class(self, module, name):
        if not self.rules.allow((module, name)):
            raise StateError(f"the state names {module}.{name}, which is no part of this environment")
        return super().find_class(module, name)


class Rules:
    """What states of an environment may name, by what it is when it has just been made."""

    def __init__(self, env):
        saver = Saver(io.BytesIO(), env)
        saver.dump(env)
        # With getattr one gets from anything to anything.
        self.named = saver.named - {("builtins", "getattr")}
        self.homes = {type(layer).__module__ for layer in layers(env)}
        package = type(env.unwrapped).__module__.partition(".")[0]
        if package not in ("gymnasium", "builtins"):
            self.homes.add(f"{package}.")

    def allow(self, named):
        if named in self.named or named in HARMLESS:
            return True
        module, name, *place = named
        if place or name is None or "." in name or module not in sys.modules:
            return False
        found = getattr(sys.modules[module], name, None)
        if module.startswith("numpy.random."):
            return isinstance(found, type) or name.startswith("__")
        if not isinstance(found, type):
            return False
        if module == "numpy":
            return issubclass(found, np.generic)
        is_at_home = module in self.homes or f"{module.partition('.')[0]}." in self.homes
        return module == "numpy.dtypes" or is_at_home and found.__module__ == module


def rules_of(env):
    """The rules for the states of an environment that has just been made; None when it can't be saved."""
    try:
        rules = Rules(env)
        load(save(env, rules), env, rules)
    except Exception:
        return None
    return rules


def save(env, rules, **others):
    """An environment, and what else is told, as bytes; any exception means that it can't be."""
    file = io.BytesIO()
    saver = Saver(file, env)
    saver.dump({"env": env, **others})
    for named in saver.named:
        if not rules.allow(named):
            raise StateError(f"{named} is no part of what the environment was when it was made")
    return zlib.compress(file.getvalue(), 1)


def load(data, env, rules):
    """What was saved, and a function that puts the emulator, if there is one, where it was.

    Before that function is called nothing has changed.
    """
    try:
        loader = Loader(io.BytesIO(zlib.decompress(data)), env, rules)
        saved = loader.load()
        chains = str(saved["env"]), str(env)
    except StateError:
        raise
    except Exception as error:
        raise StateError(f"the state can't be read ({type(error).__name__}: {error})") from error
    if chains[0] != chains[1]:
        raise StateError(f"the state is of {chains[0]}, and this environment is {chains[1]}")
    spaces = [(one.observation_space, one.action_space) for one in (saved["env"], env)]
    if spaces[0] != spaces[1]:
        raise StateError(f"the state has the spaces {spaces[0]}, and this environment {spaces[1]}")

    def commit():
        if loader.saved_game is not None:
            env.unwrapped.ale.restore(loader.saved_game)

    return saved, commit
