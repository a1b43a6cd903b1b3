"""Wrappers of Atari games that Gymnasium lacks; `wrappers` in makePython says what they do.

Their order, the innermost first: AtariPreprocessing, GameScore, EpisodicLife, FireReset, ClipReward,
FrameStackObservation.
"""

import gymnasium as gym


class GameScore(gym.Wrapper):
    """Tells in `info["game"]` of the step that ends a game what its rewards came to, and its length.

    Inside the wrappers that clip rewards and end episodes: so it is the game's own score.
    """

    def __init__(self, env):
        super().__init__(env)
        self.score = 0.0
        self.length = 0

    def reset(self, *, seed=None, options=None):
        self.score = 0.0
        self.length = 0
        return self.env.reset(seed=seed, options=options)

    def step(self, action):
        observation, reward, terminated, truncated, info = self.env.step(action)
        self.score += float(reward)
        self.length += 1
        if terminated or truncated:
            info = {**info, "game": {"r": self.score, "l": self.length}}
        return observation, reward, terminated, truncated, info


def with_game(info, ended):
    """A reset's info with the score of a game that has ended within the reset."""
    return {**info, "game": ended["game"]} if "game" in ended else info


class EpisodicLife(gym.Wrapper):
    """Ends an episode where a life is lost, but starts a new game only when the game is over.

    As `EpisodicLifeEnv` of OpenAI's Baselines, but that a reset with a seed or options always starts a
    new game.
    """

    def __init__(self, env):
        super().__init__(env)
        self.lives = 0
        self.was_real_done = True

    def reset(self, *, seed=None, options=None):
        ended = {}
        goes_on = not self.was_real_done and seed is None and options is None
        if goes_on:
            observation, _, terminated, truncated, info = self.env.step(0)
            if terminated or truncated:
                ended, goes_on = info, False
        if not goes_on:
            observation, info = self.env.reset(seed=seed, options=options)
            info = with_game(info, ended)
        self.lives = self.unwrapped.ale.lives()
        self.was_real_done = False
        return observation, info

    def step(self, action):
        observation, reward, terminated, truncated, info = self.env.step(action)
        self.was_real_done = terminated or truncated
        lives = self.unwrapped.ale.lives()
        # At 0 lives the game itself says when it is over: some play on for a few frames.
        is_life_lost = 0 < lives < self.lives
        self.lives = lives
        return observation, reward, terminated or is_life_lost, truncated, info


class FireReset(gym.Wrapper):
    """Takes the actions 1, which is FIRE, and 2 after a reset, as DeepMind's DQN did."""

    def reset(self, *, seed=None, options=None):
        observation, info = self.env.reset(seed=seed, options=options)
        for action in (1, 2):
            observation, _, terminated, truncated, news = self.env.step(action)
            info = {**info, **news}
            if terminated or truncated:
                observation, again = self.env.reset(options=options)
                info = with_game(again, info)
        return observation, info


def fire_reset(env):
    """FireReset in games that wait for the button, else the environment as it is."""
    meanings = env.unwrapped.get_action_meanings()
    return FireReset(env) if len(meanings) >= 3 and meanings[1] == "FIRE" else env


BY_NAME = {"GameScore": GameScore, "EpisodicLife": EpisodicLife, "FireReset": fire_reset}
