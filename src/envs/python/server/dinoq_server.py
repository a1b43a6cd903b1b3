"""The Python side of the bridge: it steps Gymnasium's environments.

The parent (python_process.ts) starts this as a child; dinoq_frames.py says how they talk.

`deno task python` copies the files of this folder into server.generated.ts: JSR takes only TypeScript.
"""

import json
import platform
import select
import signal
import sys
import threading
import traceback

import dinoq_advice
import dinoq_frames as frames

try:
    import dinoq_making
    import dinoq_state
    import gymnasium as gym
    import numpy as np
    from dinoq_infos import InfoEncoder
    from dinoq_spaces import Codec

    IMPORT_ERROR = None
except ImportError as error:
    IMPORT_ERROR = error


class Server:
    """The environments of this process; lanes are counted from 0 here."""

    def __init__(self):
        self.envs = []
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
        self.encoder = InfoEncoder()
        dinoq_making.register_games(task, dinoq_advice.is_atari(task))
        for self.lane in range(task["count"]):
            self.envs.append(dinoq_making.make_env(task))
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
        self.rules = dinoq_state.rules_of(first)
        ready = {
            "observationSpace": self.observe.description,
            "actionSpace": self.act.description,
            "maxEpisodeSteps": first.spec and first.spec.max_episode_steps,
            "rewardThreshold": first.spec and first.spec.reward_threshold,
            "chain": str(first),
            "hasState": self.rules is not None,
            "versions": {
                "python": platform.python_version(),
                "gymnasium": gym.__version__,
                "numpy": np.__version__,
            },
        }
        text, _ = self.encoder.encode(ready)
        frames.send(frames.READY, [self.observe.bounds, self.act.bounds], text)

    def lay_out(self, count):
        """One buffer holds what every answer begins with, and the arrays are views of it."""
        flags = frames.HEADER.size + 8 * count
        observations = flags + (2 * count + 7) // 8 * 8
        length = observations + self.observe.array(count).nbytes
        self.answer = bytearray(length)
        self.rewards = np.frombuffer(self.answer, "<f8", count, frames.HEADER.size)
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
        body_length = len(self.answer) - frames.HEADER.size + extra
        head = frames.MAGIC, frames.RESULT | flag, body_length, len(text)
        frames.HEADER.pack_into(self.answer, 0, *head)
        frames.send_all([self.answer, *last, text])

    def get_state(self):
        """Sends the lanes' states; where one can't be saved, null."""
        states = []
        for self.lane, env in enumerate(self.envs):
            i = self.lane
            observation = self.observations[i].tobytes()
            try:
                state = dinoq_state.save(
                    env, self.rules, observation=observation, ended=self.ended[i]
                )
            except Exception as error:
                print(f"{self.task['id']}, lane {i}: can't be saved: {error}", file=sys.stderr)
                states = None
                break
            states.append(state)
        self.lane = None
        lengths = None if states is None else [len(state) for state in states]
        frames.send(frames.STATE, states or [], json.dumps(lengths).encode())

    def set_state(self, body, lengths):
        """Takes the lanes' states, or none when one of them is bad."""
        loaded, start = [], 0
        for self.lane, env in enumerate(self.envs):
            end = start + lengths[self.lane]
            loaded.append(dinoq_state.load(body[start:end], env, self.rules))
            start = end
        for self.lane, (saved, commit) in enumerate(loaded):
            i = self.lane
            commit()
            # The old one is let go and not closed: what a state can hold needs no closing, and some of
            # it may live on in the new one.
            self.envs[i] = saved["env"]
            self.ended[i] = bool(saved["ended"])
            self.observations[i] = self.observe.array(1, saved["observation"])[0]
        self.lane = None
        frames.send(frames.STATE)

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
        """Sends an exception, with the part of its traceback that is not of the bridge."""
        calls = error.__traceback__
        while calls is not None and calls.tb_frame.f_code.co_filename.startswith("dinoq_"):
            calls = calls.tb_next
        kind = type(error)
        is_plain = kind.__module__ == "builtins" or kind.__module__.startswith("dinoq_")
        module = "" if is_plain else f"{kind.__module__}."
        failure = {
            "lane": self.lane,
            "type": f"{module}{kind.__qualname__}",
            "message": str(error),
            "traceback": "".join(traceback.format_exception(kind, error, calls)),
            "advice": dinoq_advice.advice(self.task, error),
        }
        self.lane = None
        frames.send(frames.ERROR, text=json.dumps(failure).encode())

    def serve(self):
        while True:
            request = frames.receive()
            if request is None:
                return
            kind, body, value = request
            try:
                if kind == frames.STEP:
                    self.step(body)
                elif kind == frames.RESET:
                    self.reset(value)
                elif kind == frames.MAKE:
                    self.make(value)
                elif kind == frames.GET_STATE:
                    self.get_state()
                elif kind == frames.SET_STATE:
                    self.set_state(body, value)
                elif kind == frames.CLOSE:
                    self.close()
                    frames.send(frames.CLOSED)
                else:
                    raise RuntimeError(f"there is no request of kind {kind}")
            except Exception as error:
                self.fail(error)
            if kind == frames.CLOSE:
                return


def main():
    # Ctrl-C reaches the whole group of processes; it is the parent's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(select, "poll"):
        threading.Thread(target=frames.end_with_parent, daemon=True).start()
    frames.widen_pipe()
    try:
        Server().serve()
    except BrokenPipeError:
        pass  # the parent has gone
