"""The Python side of the bridge: it steps Gymnasium's environments.

The parent (python_process.ts) starts this as a child and asks through standard input; answers go to
standard output. Both directions carry frames:

    4 bytes  b"DQP1"
    u32      kind (below); of an answer also TAGGED, when the JSON holds tagged values
    u32      length of the body
    u32      length of the JSON
             the body: raw bytes of arrays
             the JSON, in UTF-8

All numbers are little-endian. Each request has one answer, in order. The body of RESULT holds the
lanes' rewards (float64), terminated and truncated (a byte each), zeros up to a multiple of 8, the
observations, and then the last observations of episodes that ended in mode "same_step".

`deno task python` copies this file into server.generated.ts: JSR takes only TypeScript.
"""

import os
import sys

# Frames go over duplicates of the standard streams, which then become harmless: what environments
# print goes to standard error, and what they read is empty.
REQUESTS = os.fdopen(os.dup(0), "rb")
ANSWERS = os.dup(1)
os.dup2(2, 1)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

import base64  # noqa: E402
import difflib  # noqa: E402
import importlib  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
import platform  # noqa: E402
import select  # noqa: E402
import signal  # noqa: E402
import struct  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402

try:
    import gymnasium as gym
    import numpy as np

    IMPORT_ERROR = None
except ImportError as error:
    IMPORT_ERROR = error

MAGIC = b"DQP1"
HEADER = struct.Struct("<4sIII")
MAKE, RESET, STEP, CLOSE = 1, 2, 3, 4
READY, RESULT, ERROR, CLOSED = 11, 12, 13, 14
TAGGED = 256

# Seconds that are left to a step when the parent has gone.
GRACE = 5
CAN_GATHER = hasattr(os, "writev")
THIS_FILE = (lambda: 0).__code__.co_filename


# Frames ----------------------------------------------------------------------------------------


def receive():
    """The next request as (kind, body, value of the JSON); None when the parent has gone."""
    head = REQUESTS.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    magic, kind, body_length, json_length = HEADER.unpack(head)
    if magic != MAGIC:
        raise RuntimeError(f"a request began with {magic!r}, which is no frame")
    body = REQUESTS.read(body_length)
    text = REQUESTS.read(json_length)
    return kind, body, json.loads(text) if text else {}


def send(kind, parts=(), text=b""):
    """Sends an answer: the parts one after the other are its body."""
    body_length = sum(len(part) for part in parts)
    send_all([HEADER.pack(MAGIC, kind, body_length, len(text)), *parts, text])


def send_all(parts):
    """Writes all bytes of some buffers, in as few calls as the system allows."""
    length = sum(map(len, parts))
    count = os.writev(ANSWERS, parts) if CAN_GATHER and len(parts) <= 16 else 0
    if count < length:
        rest = memoryview(b"".join(parts))[count:]
        while rest:
            rest = rest[os.write(ANSWERS, rest) :]


def end_with_parent():
    """Ends this process when the parent has gone, also in the middle of a step."""
    poll = select.poll()
    poll.register(REQUESTS.fileno(), 0)  # nothing but the other end's closing
    poll.poll()
    time.sleep(GRACE)
    os._exit(1)


# JSON of infos ---------------------------------------------------------------------------------


class InfoEncoder:
    """Infos as JSON. What JSON lacks is tagged; what cannot be sent is left out."""

    def __init__(self):
        self.is_tagged = False
        self.strict = json.JSONEncoder(
            allow_nan=False, default=self.plain, separators=(",", ":")
        ).encode

    def encode(self, value):
        """The JSON in bytes, and the flag for its frame."""
        self.is_tagged = False
        try:
            text = self.strict(value)
        except (TypeError, ValueError):
            # NaN and infinities, keys that are no strings, or something that cannot be sent.
            text = self.strict(self.cleaned(value))
        return text.encode(), TAGGED if self.is_tagged else 0

    def plain(self, value):
        """What stands for a value that JSON lacks; TypeError when nothing does."""
        if isinstance(value, np.generic):
            value = value.item()
            if isinstance(value, (bool, int, float, str)):
                return value
        elif isinstance(value, np.ndarray):
            if value.ndim == 0:
                return value.item()
            array_type = wire_type_of_info(value.dtype)
            if array_type is None:
                return value.tolist()
            self.is_tagged = True
            data = np.ascontiguousarray(value, dtype=little(array_type)).tobytes()
            return {"__array__": array_type, "data": base64.b64encode(data).decode()}
        raise TypeError(f"{type(value).__name__} cannot be sent")

    def cleaned(self, value):
        """The same without what cannot be sent, and with what is not finite tagged."""
        if isinstance(value, (float, np.floating)) and not math.isfinite(value):
            self.is_tagged = True
            return {"__float__": str(float(value)).replace("inf", "Infinity").replace("nan", "NaN")}
        if isinstance(value, dict):
            kept = {str(key): self.cleaned(inner) for key, inner in value.items()}
            return {key: inner for key, inner in kept.items() if inner is not LEFT_OUT}
        if isinstance(value, (list, tuple)):
            kept = [self.cleaned(inner) for inner in value]
            return LEFT_OUT if any(inner is LEFT_OUT for inner in kept) else kept
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        try:
            return self.cleaned(self.plain(value))
        except (TypeError, ValueError):
            return LEFT_OUT


LEFT_OUT = object()


def wire_type_of_info(dtype):
    """The type that an info's array is sent as; None for strings and objects."""
    if dtype.kind in "iu":
        return dtype.name if dtype.itemsize < 8 else "float64"
    return {"b": "uint8", "f": "float32" if dtype.itemsize <= 4 else "float64"}.get(dtype.kind)


# Spaces ----------------------------------------------------------------------------------------


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


# Making environments ---------------------------------------------------------------------------

EXTRAS = {
    "ale_py": "atari",
    "Box2D": "box2d",
    "_Box2D": "box2d",
    "mujoco": "mujoco",
    "pygame": "classic-control",
}
BY_NAME = {
    "ALE/": "atari",
    "LunarLander": "box2d",
    "BipedalWalker": "box2d",
    "CarRacing": "box2d",
}
# The ids of old: PongNoFrameskip-v4, Pong-ramDeterministic-v0.
ATARI_WORDS = ("NoFrameskip", "Deterministic", "-ram-")


def is_atari(task):
    names = [wrapper["name"] for wrapper in task["wrappers"]]
    env_id = task["id"]
    return (
        env_id.startswith("ALE/")
        or "AtariPreprocessing" in names
        or any(word in env_id for word in ATARI_WORDS)
    )


def advice(task, error):
    """What to type when a package is missing; empty when none is."""
    missing = None
    while error is not None:
        if isinstance(error, ModuleNotFoundError):
            missing = (error.name or "").split(".")[0]
        error = error.__cause__ or error.__context__
    if missing is None:
        return ""
    if ":" in task["id"] and task["id"].startswith(missing):
        return (
            f"{sys.executable} finds no module {missing}: it looks in the current folder, in the folders "
            "of PYTHONPATH (see the option env) and among the installed packages\n"
        )
    extra = EXTRAS.get(missing)
    if missing == "gymnasium":
        extra = next((extra for name, extra in BY_NAME.items() if task["id"].startswith(name)), None)
        extra = "atari" if is_atari(task) else extra
    packages = ['"gymnasium[' + extra + ']==1.4.0"' if extra else "gymnasium==1.4.0"]
    if missing == "cv2" or (extra == "atari" and is_atari(task)):
        packages.append("opencv-python")
    if missing not in {"gymnasium", "numpy", "cv2", *EXTRAS}:
        packages = [missing]
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return f"{python} has no package {missing}; type\n\n  {python} -m pip install {' '.join(packages)}\n"


def make_env(task):
    """One environment in its wrappers."""
    env = gym.make(task["id"], **task["kwargs"])
    for wrapper in task["wrappers"]:
        # Gymnasium's wrappers want tuples where JSON has arrays.
        kwargs = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in wrapper.get("kwargs", {}).items()
        }
        env = find_wrapper(wrapper["name"])(env, **kwargs)
    return env


def find_wrapper(name):
    if name == "FireReset":
        return fire_reset
    if ":" in name:
        module, _, attribute = name.partition(":")
        return getattr(importlib.import_module(module), attribute)
    try:
        return getattr(gym.wrappers, name)
    except AttributeError:
        near = difflib.get_close_matches(name, [*gym.wrappers.__all__, "FireReset"], 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"gymnasium.wrappers has no {name}{hint}") from None


def fire_reset(env):
    """Presses FIRE after a reset in games that wait for it, as DeepMind's DQN did."""

    class FireReset(gym.Wrapper):
        def reset(self, *, seed=None, options=None):
            observation, info = self.env.reset(seed=seed, options=options)
            for action in (1, 2):
                observation, _, terminated, truncated, news = self.env.step(action)
                info = {**info, **news}
                if terminated or truncated:
                    observation, info = self.env.reset(options=options)
            return observation, info

    meanings = env.unwrapped.get_action_meanings()
    return FireReset(env) if len(meanings) >= 3 and meanings[1] == "FIRE" else env


# Stepping --------------------------------------------------------------------------------------


class Server:
    """The environments of this process; lanes are counted from 0 here."""

    def __init__(self):
        self.envs = []
        self.encoder = InfoEncoder()
        self.lane = None  # the one that is being stepped, for errors
        self.task = {"id": "", "wrappers": []}

    def make(self, task):
        self.task = task
        if IMPORT_ERROR is not None:
            raise IMPORT_ERROR
        if int(gym.__version__.split(".")[0]) < 1:
            raise RuntimeError(
                f"gymnasium {gym.__version__} is too old, 1.0 or later is needed; type\n\n"
                f"  {sys.executable} -m pip install gymnasium==1.4.0\n"
            )
        if is_atari(task):
            import ale_py

            gym.register_envs(ale_py)
        for self.lane in range(task["count"]):
            self.envs.append(make_env(task))
        self.lane = None
        first = self.envs[0]
        for env in self.envs[1:]:
            if (env.observation_space, env.action_space) != (
                first.observation_space,
                first.action_space,
            ):
                raise RuntimeError("the environments have different spaces")
        self.observe = Codec(first.observation_space, "observation")
        self.act = Codec(first.action_space, "action")
        self.is_same_step = task["autoresetMode"] == "same_step"
        self.lay_out(len(self.envs))
        ready = {
            "observationSpace": self.observe.description,
            "actionSpace": self.act.description,
            "maxEpisodeSteps": first.spec and first.spec.max_episode_steps,
            "rewardThreshold": first.spec and first.spec.reward_threshold,
            "chain": str(first),
            "versions": {
                "python": platform.python_version(),
                "gymnasium": gym.__version__,
                "numpy": np.__version__,
            },
        }
        text, _ = self.encoder.encode(ready)
        send(READY, [self.observe.bounds, self.act.bounds], text)

    def lay_out(self, count):
        """One buffer holds what every answer begins with, and the arrays are views of it."""
        flags = HEADER.size + 8 * count
        observations = flags + (2 * count + 7) // 8 * 8
        length = observations + self.observe.array(count).nbytes
        self.answer = bytearray(length)
        self.rewards = np.frombuffer(self.answer, "<f8", count, HEADER.size)
        self.terminated = np.frombuffer(self.answer, np.bool_, count, flags)
        self.truncated = np.frombuffer(self.answer, np.bool_, count, flags + count)
        self.observations = self.observe.array(count, self.answer, observations)
        self.ended = [False] * count

    def reset(self, request):
        infos = []
        self.rewards[:] = 0
        self.terminated[:] = False
        self.truncated[:] = False
        for self.lane, env in enumerate(self.envs):
            i = self.lane
            if request["mask"] is not None and not request["mask"][i]:
                continue
            # A fresh copy of the options for each, since an environment may change them.
            options = request["options"]
            options = json.loads(json.dumps(options)) if options is not None else None
            observation, info = env.reset(seed=request["seeds"][i], options=options)
            self.observe.put(self.observations, i, observation)
            self.ended[i] = False
            if info:
                infos.append((i, info))
        self.result(infos, [], [])

    def step(self, body):
        infos, finals, last = [], [], []
        actions = self.act.actions(body, len(self.envs))
        for self.lane, env in enumerate(self.envs):
            i = self.lane
            if self.ended[i]:
                # Only in mode "next_step": the parent does not step an ended lane in mode "disabled".
                observation, info = env.reset()
                reward, terminated, truncated = 0.0, False, False
            else:
                observation, reward, terminated, truncated, info = env.step(actions[i])
            self.rewards[i] = reward
            self.terminated[i] = terminated
            self.truncated[i] = truncated
            is_over = bool(terminated or truncated)
            if is_over and self.is_same_step:
                final = self.observe.array(1)
                self.observe.put(final, 0, observation)
                last.append(final.tobytes())
                finals.append((i, info))
                observation, info = env.reset()
            else:
                self.ended[i] = is_over
            self.observe.put(self.observations, i, observation)
            if info:
                infos.append((i, info))
        self.result(infos, finals, last)

    def result(self, infos, finals, last):
        """Sends what a step or a reset has come to; JSON only where there is something to tell."""
        self.lane = None
        text, flag = b"", 0
        if infos or finals:
            text, flag = self.encoder.encode({"infos": infos, "finals": finals})
        extra = sum(len(part) for part in last)
        body_length = len(self.answer) - HEADER.size + extra
        HEADER.pack_into(self.answer, 0, MAGIC, RESULT | flag, body_length, len(text))
        send_all([self.answer, *last, text])

    def close(self):
        errors = []
        for self.lane, env in enumerate(self.envs):
            try:
                env.close()
            except Exception as error:
                errors.append((self.lane, error))
        if errors:
            self.lane, error = errors[0]
            raise error

    def fail(self, error):
        """Sends an exception, with the part of its traceback that is not of this file."""
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename == THIS_FILE:
            frames = frames.tb_next
        kind = type(error)
        module = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
        failure = {
            "lane": self.lane,
            "type": f"{module}{kind.__qualname__}",
            "message": str(error),
            "traceback": "".join(traceback.format_exception(kind, error, frames)),
            "advice": advice(self.task, error),
        }
        self.lane = None
        send(ERROR, text=json.dumps(failure).encode())

    def serve(self):
        while True:
            request = receive()
            if request is None:
                return
            kind, body, value = request
            try:
                if kind == STEP:
                    self.step(body)
                elif kind == RESET:
                    self.reset(value)
                elif kind == MAKE:
                    self.make(value)
                elif kind == CLOSE:
                    self.close()
                    send(CLOSED)
                else:
                    raise RuntimeError(f"there is no request of kind {kind}")
            except Exception as error:
                self.fail(error)
            if kind == CLOSE:
                return


def widen_pipe():
    """Lets an answer of a MiB lie in the pipe, so that its writer need not wait in its middle."""
    try:
        import fcntl

        fcntl.fcntl(ANSWERS, fcntl.F_SETPIPE_SZ, 2**20)
    except (ImportError, AttributeError, OSError):
        pass  # Linux has it, and gives so much to those who have not got too much already


def main():
    # Ctrl-C reaches the whole group of processes; it is the parent's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(select, "poll"):
        threading.Thread(target=end_with_parent, daemon=True).start()
    widen_pipe()
    try:
        Server().serve()
    except BrokenPipeError:
        pass  # the parent has gone


if __name__ == "__main__":
    main()
