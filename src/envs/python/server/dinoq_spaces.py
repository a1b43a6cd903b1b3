"""Spaces, and how their elements travel over the bridge."""

import math

import gymnasium as gym
import numpy as np


class UnsupportedSpace(Exception):
    """A space whose elements the bridge does not carry."""


INT32 = (-(2**31), 2**31 - 1)
EXACT = (-(2**53), 2**53)  # the integers that float64 holds
FLATTENS = 'wrap the environment: wrappers: [{ name: "FlattenObservation" }] makes a Box of it'


def little(name):
    """A dtype in the byte order of the frames."""
    return np.dtype(name).newbyteorder("<")


class Codec:
    """How a space's elements travel: as arrays of a type that JavaScript has."""

    def __init__(self, space, role):
        self.space = space
        self.shape = tuple(space.shape or ())
        self.size = math.prod(self.shape)
        self.bounds = b""
        self.limits = None  # of integers of 64 bits, which travel as a narrower type
        spaces = gym.spaces
        if isinstance(space, spaces.Box):
            self.type = self.box_type(space)
            self.description = {"type": "Box", "shape": self.shape, "dtype": self.type}
            unsigned = np.dtype(self.type).kind == "u"
            low = np.where(space.bounded_below | unsigned, space.low, -np.inf)
            high = np.where(space.bounded_above | unsigned, space.high, np.inf)
            self.bounds = low.astype("<f8").tobytes() + high.astype("<f8").tobytes()
        elif isinstance(space, spaces.Discrete):
            start, n = int(space.start), int(space.n)
            self.type = self.narrow(start, start + n - 1)
            self.description = {"type": "Discrete", "n": n, "start": start}
        elif isinstance(space, spaces.MultiDiscrete):
            start, nvec = np.asarray(space.start), np.asarray(space.nvec)
            self.type = self.narrow(int(start.min()), int((start + nvec).max()) - 1)
            self.description = {
                "type": "MultiDiscrete",
                "shape": self.shape,
                "nvec": nvec.ravel().tolist(),
                "start": start.ravel().tolist(),
            }
            if self.type != "int32":
                raise UnsupportedSpace(f"the {role} space {space} has values beyond 32 bits")
        elif isinstance(space, spaces.MultiBinary):
            self.type = "int8"
            self.description = {"type": "MultiBinary", "shape": self.shape}
        else:
            self.refuse(space, role)
        self.wire = little(self.type)

    def box_type(self, space):
        kind, size = space.dtype.kind, space.dtype.itemsize
        if kind == "b":
            return "uint8"
        if kind == "f" and size <= 8:
            return "float32" if size < 8 else "float64"
        if kind in "iu" and size < 8:
            return space.dtype.name
        if kind in "iu" and space.is_bounded("both") and self.size > 0:
            return self.narrow(int(space.low.min()), int(space.high.max()))
        if kind in "iu":
            self.limits = EXACT
            return "float64"
        raise UnsupportedSpace(f"the space {space} has dtype {space.dtype}, which is no number")

    def narrow(self, least, most):
        """int32 for integers of 64 bits where it holds them all, else float64."""
        fits = INT32[0] <= least and most <= INT32[1]
        self.limits = INT32 if fits else EXACT
        return "int32" if fits else "float64"

    def refuse(self, space, role):
        spaces = gym.spaces
        says = f"the {role} space is {type(space).__name__}, and the bridge carries Box, Discrete, "
        says += "MultiDiscrete and MultiBinary"
        if role == "observation" and isinstance(space, (spaces.Dict, spaces.Tuple)):
            says += f": {FLATTENS}"
        elif role == "observation":
            says += ": a wrapper of your own can make one of those (wrappers take module:Class too)"
        else:
            says += ": a wrapper of your own can offer one of those and translate (wrappers take "
            says += "module:Class too)"
        raise UnsupportedSpace(says)

    def array(self, count, buffer=None, offset=0):
        """An array of so many elements, in a buffer if there is one."""
        shape = (count, *self.shape)
        if buffer is None:
            return np.zeros(shape, self.wire)
        return np.frombuffer(buffer, self.wire, count * self.size, offset).reshape(shape)

    def put(self, array, index, value):
        """Writes an element, which must have the space's shape and a dtype that fits."""
        value = np.asarray(value)
        if value.shape != self.shape:
            raise ValueError(
                f"an observation has shape {value.shape}, and the observation space is {self.space}"
            )
        if self.limits is not None and value.size > 0:
            least, most = self.limits
            if value.min() < least or value.max() > most:
                raise OverflowError(
                    f"an observation holds integers from {value.min()} to {value.max()}, and they "
                    f"travel as {self.type}, which holds those from {least} to {most}"
                )
        np.copyto(array[index, ...], value, casting="same_kind")

    def actions(self, body, count):
        """Actions as Gymnasium's vector environments hand them on: of the space's own dtype."""
        actions = self.array(count, body)
        if self.type == "float64" and self.space.dtype.kind in "iu" and (actions % 1 != 0).any():
            raise ValueError(f"actions in {self.space} must be integers, got {actions.tolist()}")
        return actions.astype(self.space.dtype)
