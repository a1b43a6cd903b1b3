/** Tests of the stage of Atari games; most need Python, and are ignored where it is absent. @module */

import assert from "node:assert/strict";
import { isVectorEnv, type ParallelEnv } from "../../src/agent/feed.ts";
import { evaluate, type Policy } from "../../src/agent/evaluation.ts";
import { atariStage } from "../../src/cli/atari_stage.ts";
import { AS_SEEN } from "../../src/cli/film.ts";
import { GameScores } from "../../src/cli/game_scores.ts";
import { mayRun } from "../envs/python/fake.ts";
import { pythonTest } from "../envs/python/python_here.ts";

/** Does nothing, ever. */
const IDLE: Policy = {
  epsilon: 0,
  temperature: null,
  owns: () => false,
  qValuesOf: (rows) => Promise.resolve(new Float32Array(6 * rows.length)),
};

pythonTest("atari stage: lives to learn in, games to be judged in and to film", [
  "gymnasium",
  "ale_py",
  "cv2",
], async () => {
  const request = { env: "ALE/Pong-v5", numEnvs: 2 };
  let lanes: ParallelEnv;
  {
    await using stage = atariStage(request);
    assert.deepEqual(stage.notes!(), []);
    lanes = await stage.lanes() as ParallelEnv;
    assert.equal(await stage.lanes(), lanes);
    assert.ok(lanes instanceof GameScores && lanes.numEnvs === 2);
    // Frames are stacked by the replay buffer.
    assert.deepEqual(String(lanes.singleObservationSpace), "Box(0, 255, [84, 84], uint8)");
    assert.match(
      stage.notes!().join("\n"),
      /^2 games of ALE\/Pong-v5 at a time in Python .*\nan episode is a life;/,
    );

    // No more than there are episodes to play, and the same ones later on.
    const judge = await stage.judges(1);
    assert.ok(isVectorEnv(judge) && judge.numEnvs === 1 && judge !== lanes);
    assert.equal(await stage.judges(10), judge);

    const { env, gif, shows } = await stage.film();
    const { returns, lengths } = await evaluate(IDLE, env, { episodes: 1, seed: 1 });
    assert.deepEqual([returns, shows], [[-21], AS_SEEN]);
    assert.equal(gif.count, 1 + lengths[0]);

    // Who does nothing loses a game of Pong in one life, and that game is told.
    await lanes.reset({ seed: 1 });
    for (let over = false; !over;) {
      const [, , terminated] = await lanes.step([0, 0]);
      over = terminated[0];
    }
    const [game] = stage.takeGames!(0);
    assert.equal(game.return, -21);
    assert.ok(game.length > 700);
    assert.deepEqual(stage.takeGames!(0), []);
  }
  await assert.rejects(async () => await lanes.step([0, 0]), /after close/);
});

Deno.test({
  name: "atari stage: without Python it says what to type",
  ignore: !mayRun("/no/python"),
  async fn() {
    await using stage = atariStage({ env: "ALE/Pong-v5", numEnvs: 2, python: "/no/python" });
    await assert.rejects(stage.lanes(), (error: Error) => {
      assert.match(error.message, /there is no Python at "\/no\/python"/);
      assert.match(error.message, /--python names one/);
      assert.match(error.message, /\n {2}python3 -m pip install "gymnasium\[atari\]==1\.4\.0"/);
      return true;
    });
  },
});
