"""What to type when a package is missing."""

import sys

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
    if missing in ("gymnasium", "cv2") and is_atari(task):
        extra = "atari"
    packages = ['"gymnasium[' + extra + ']==1.4.0"' if extra else "gymnasium==1.4.0"]
    if missing == "cv2" or (extra == "atari" and is_atari(task)):
        packages.append("opencv-python")
    if missing not in {"gymnasium", "numpy", "cv2", *EXTRAS}:
        packages = [missing]
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return f"{python} has no package {missing}; type\n\n  {python} -m pip install {' '.join(packages)}\n"
