"""The Arcade Learning Environment's emulator with a memory, so that a game can be saved.

What `ALEInterface.cloneState` gives is not all that decides what comes next: it lacks the action that
a sticky one repeats, and in some games that a frame was left half drawn (Q*bert, Tetris), or a number
of the rules. But a game is determined by the state before its reset, which holds the emulator's
generator, and by the actions since. So that is what is kept, and a game is restored by playing it
again: some 30 µs a frame, and a game of the registered environments has at most 108,000.
"""

import hashlib

# What changes a game from outside: from there to the next reset it can't be played again.
INTERFERENCES = ("restoreState", "restoreSystemState", "setRAM", "setMode", "setDifficulty")


class RecordedALE:
    """An ALEInterface that remembers what was done since the game's start."""

    def __init__(self, ale):
        self.ale = ale
        self.play = ale.act
        # The state before the reset; None before the first one.
        self.before = None
        self.actions = []
        self.strengths = []
        self.is_whole = True
        for name in dir(ale):
            if not name.startswith("_") and not hasattr(type(self), name):
                setattr(self, name, getattr(ale, name))
        for name in INTERFERENCES:
            if hasattr(ale, name):
                setattr(self, name, self.interfering(getattr(ale, name)))

    def interfering(self, method):
        def interfere(*args, **kwargs):
            self.is_whole = self.before is None
            return method(*args, **kwargs)

        return interfere

    def act(self, action, paddle_strength=1.0):
        self.actions.append(action)
        if paddle_strength != 1.0 or self.strengths:
            missing = len(self.actions) - 1 - len(self.strengths)
            self.strengths += [1.0] * missing + [float(paddle_strength)]
        return self.play(action, paddle_strength)

    def reset_game(self):
        self.start(self.ale.cloneState(include_rng=True))
        return self.ale.reset_game()

    def loadROM(self, rom):  # noqa: N802, the emulator's name for it
        self.start(None)
        return self.ale.loadROM(rom)

    def start(self, before):
        self.before = before
        self.actions = []
        self.strengths = []
        self.is_whole = True

    def save(self):
        """All that restore needs."""
        if not self.is_whole:
            raise RuntimeError("the emulator was changed in the middle of a game")
        is_reset = self.before is not None
        before = self.before if is_reset else self.ale.cloneState(include_rng=True)
        return {
            "before": before.serialize(),
            "is_reset": is_reset,
            "actions": bytes(getattr(action, "value", action) for action in self.actions),
            "strengths": self.strengths,
            "now": self.digest() if is_reset else None,
        }

    def restore(self, saved):
        """Plays a saved game again."""
        import ale_py

        before = ale_py.ALEState(saved["before"])
        self.ale.restoreState(before)
        self.start(None)
        if not saved["is_reset"]:
            return
        self.start(before)
        self.ale.reset_game()
        actions = list(map(ale_py.Action, saved["actions"]))
        strengths = list(saved["strengths"])
        for action, strength in zip(actions, strengths or [1.0] * len(actions), strict=True):
            self.play(action, strength)
        self.actions = actions
        self.strengths = strengths
        if self.digest() != saved["now"]:
            self.is_whole = False
            raise RuntimeError(
                "a game that was played again came out another than the one that was saved: "
                f"was it saved with another version of ale-py? This is {ale_py.__version__}"
            )

    def digest(self):
        """What the emulator holds, in short."""
        ale = self.ale
        digest = hashlib.sha256(ale.cloneState(include_rng=True).serialize())
        digest.update(ale.getScreen().tobytes() + ale.getRAM().tobytes())
        digest.update(f"{ale.lives()} {ale.game_over()}".encode())
        return digest.hexdigest()


def record(env):
    """Gives the emulator of an Atari game a memory; does nothing to other environments."""
    inner = env.unwrapped
    ale = getattr(inner, "ale", None)
    if type(ale).__name__ == "ALEInterface" and hasattr(ale, "cloneState"):
        inner.ale = RecordedALE(ale)
