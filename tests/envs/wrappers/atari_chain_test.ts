import assert from "node:assert/strict";
import recorded from "../../fixtures/wrappers/atari.json" with { type: "json" };
import {
  EpisodicLife,
  FireReset,
  GrayscaleResize,
  MaxAndSkip,
  NoopReset,
  TransformReward,
} from "../../../src/envs/mod.ts";
import { AtariReplay, framesOf, playThrough, type RecordedGame } from "./atari_replay.ts";
import { savedState } from "./replay_env.ts";

/** Stable-Baselines3's `AtariWrapper`. */
function chain(env: AtariReplay) {
  const life = new EpisodicLife(new MaxAndSkip<Uint8Array>(new NoopReset(env)));
  const gray = new GrayscaleResize(new FireReset(life), { keepDim: true });
  return { life, env: new TransformReward(gray, Math.sign) };
}

for (const game of recorded.stableBaselines3 as RecordedGame[]) {
  Deno.test(`atari_chain: ${game.name}: equal frame for frame`, async () => {
    const inner = new AtariReplay(game, await framesOf(game));
    const { env, life } = chain(inner);
    assert.deepEqual([...game.observationSpace.shape], [84, 84, 1]);
    assert.equal(`${env.observationSpace}`, "Box(0, 255, [84, 84, 1], uint8)");
    let lostLives = 0, gamesOver = 0;
    await playThrough(env, game.outs, game.name, (env, at) => {
      if (game.outs[at][0] === "reset" && at > 0) {
        if (life.wasRealDone) gamesOver++;
        else lostLives++;
      }
      return env;
    });
    assert.equal(inner.at, game.calls.length);
    const resets = game.calls.filter(([action]) => action === "reset").length;
    assert.ok(gamesOver <= resets - 1, `${gamesOver} games over in ${resets} resets`);
    if (game.id.startsWith("Breakout")) assert.ok(lostLives >= 4, `${lostLives} lives`);
  });
}

Deno.test("atari_chain: goes on from a state anywhere", async () => {
  const game = recorded.stableBaselines3[1] as unknown as RecordedGame;
  const frames = await framesOf(game);
  const fresh = () => chain(new AtariReplay(game, frames)).env;
  assert.equal(
    `${fresh()}`,
    "<TransformReward<GrayscaleResize<FireReset<EpisodicLife<MaxAndSkip<NoopReset<AtariEnv<" +
      "SpaceInvadersNoFrameskip-v4>>>>>>>>",
  );
  await playThrough(fresh(), game.outs.slice(0, 12), game.name, (env) => {
    const copy = fresh();
    copy.setState!(savedState(env));
    return copy;
  });
});
