import assert from "node:assert/strict";
import { act, DOWN, start, UP } from "../../../src/envs/pong/rules.ts";
import type { PongState } from "../../../src/envs/pong/mod.ts";
import { layout } from "../../../src/envs/pong/state.ts";
import { integers } from "../../../src/envs/rng/integers.ts";
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";
import { game, look } from "./games.ts";

const SPEED = 11;
const STAY = 0;

/** Steps from a state with a still opponent, if not told otherwise. */
function after(
  changes: Partial<PongState>,
  actions: readonly number[] = [STAY],
  speed = 0,
): PongState & { reward: number } {
  const state = game(changes);
  const random = new PCG64(1);
  let reward = 0;
  for (const action of actions) reward += act(state, action, random, speed);
  return { ...look(state), reward };
}

/** Some of a state's numbers. */
function pick<K extends keyof PongState>(state: PongState, ...keys: K[]): number[] {
  return keys.map((key) => state[key]);
}

Deno.test("pong rules: a trajectory by hand, off the wall and off the player's paddle", () => {
  const state = game({
    playerY: 112,
    ballX: 1000,
    ballY: 100,
    ballDX: 14,
    ballDY: -15,
  });
  const random = new PCG64(3);
  const drawn = 20 * integers(new PCG64(3), 8) - 70;
  const step = (action: number) => {
    assert.equal(act(state, action, random, SPEED), 0);
    return pick(look(state), "ballX", "ballY", "ballDX", "ballDY", "playerY", "opponentY", "aim");
  };
  // y 85, 70, then 55, 9 beyond the wall: 73, and 88. The opponent goes up by 11 a tick.
  assert.deepEqual(step(STAY), [1056, 88, 14, 15, 112, 564, 0]);
  assert.deepEqual(step(UP), [1112, 148, 14, 15, 64, 520, 0]);
  // In the third tick, at (1154, 193), it overlaps the paddle, which has come to 64 + 36 = 100 and ends at
  // 228: (193 - 100 + 32) / 16 is 7.8, so zone 7, the third below the middle. From then on it is fast.
  assert.deepEqual(step(DOWN), [1152 - 15, 193 + 15, -15, 15, 112, 476, drawn]);
  assert.deepEqual(step(DOWN).slice(0, 4), [1077, 268, -15, 15]);
});

Deno.test("pong rules: paddles keep to the field, the player's at 12 a tick", () => {
  assert.equal(after({ playerY: 608 }, [UP]).playerY, 560);
  assert.equal(after({ playerY: 608 }, [DOWN, DOWN, STAY]).playerY, 704);
  assert.equal(after({ playerY: 100 }, [UP]).playerY, 64);
  assert.equal(after({ playerY: 1110 }, [DOWN, DOWN]).playerY, 1152);
  const far = { ballY: 1248, ballDY: 0, opponentY: 1130 };
  assert.equal(after(far, [STAY], 20).opponentY, 1152);
  assert.equal(after({ ...far, ballY: 64, opponentY: 70 }, [STAY], 20).opponentY, 64);
});

Deno.test("pong rules: walls mirror the ball, the lower as the upper", () => {
  const lower = after({ ballY: 1200, ballDY: 20 });
  // 1220, 1240, 1260 → 1236, 1216.
  assert.deepEqual(pick(lower, "ballX", "ballY", "ballDY"), [696, 1216, -20]);
  // To touch a wall is not to hit it.
  assert.deepEqual(pick(after({ ballY: 1168, ballDY: 20 }), "ballY", "ballDY"), [1248, 20]);
  assert.deepEqual(pick(after({ ballY: 144, ballDY: -20 }), "ballY", "ballDY"), [64, -20]);
});

Deno.test("pong rules: ten zones of a paddle give ten angles, mirrored on the other side", () => {
  const slow = [-15, -12, -9, -6, -3, 3, 6, 9, 12, 15];
  const fast = [-25, -20, -15, -10, -5, 5, 10, 15, 20, 25];
  for (const [speed, angles] of [[10, slow], [12, slow], [13, fast], [20, fast]] as const) {
    for (const [zone, angle] of angles.entries()) {
      // The zone's first place and its last, but the very first, which only touches.
      for (const rest of [zone === 0 ? 1 : 0, 15]) {
        const y = 600 + 16 * zone + rest - 32;
        const flight = { ballY: y, ballDY: 0, playerY: 600, opponentY: 600 };
        const right = after({ ...flight, ballX: 1152 - 4 * speed + 1, ballDX: speed });
        assert.deepEqual(
          pick(right, "ballX", "ballY", "ballDX", "ballDY"),
          [1152, y, -Math.min(speed + 1, 20), angle],
        );
        const left = after({ ...flight, ballX: 160 + 4 * speed - 1, ballDX: -speed });
        assert.deepEqual(
          pick(left, "ballX", "ballY", "ballDX", "ballDY"),
          [160, y, Math.min(speed + 1, 20), angle],
        );
      }
    }
  }
});

Deno.test("pong rules: a ball that only touches a paddle flies on, one behind its front can be saved", () => {
  const near = { ballX: 1150, ballDX: 10, ballDY: 0, playerY: 608 };
  for (const ballY of [608 - 32, 608 + 128]) {
    assert.deepEqual(pick(after({ ...near, ballY }), "ballX", "ballDX"), [1190, 10]);
  }
  // At 1190 it is still level with the paddle, whose end comes down to it in the next tick.
  const saved = after({ ...near, ballX: 1180, ballY: 608 + 128 }, [DOWN]);
  // Saved at once, put to the front, sent back by the lowest zone, then three ticks of flight.
  assert.deepEqual(
    pick(saved, "ballX", "ballDX", "ballDY"),
    [1152 - 3 * 11, -11, 15],
  );
  // One that is past the paddle is not.
  const lost = after({ ...near, ballX: 1210, ballY: 608 + 60 }, [STAY]);
  assert.deepEqual(pick(lost, "ballX", "ballDX"), [1250, 10]);
});

Deno.test("pong rules: out is a point, and the loser is served after 32 ticks", () => {
  const lost = after({ ballX: 1333, ballY: 100, ballDY: 0, ballDX: 10, aim: 50 });
  // A tick to 1343, another to 1353: out. Then two ticks of the pause.
  assert.deepEqual(lost, {
    ...look(game()),
    ballDX: 0,
    ballDY: 0,
    wait: 30,
    opponentPoints: 1,
    reward: -1,
  });
  const won = after({ ballX: -18, ballY: 100, ballDX: -13, opponentPoints: 20, playerPoints: 4 });
  // -31 is in, -44 is out.
  assert.deepEqual(
    pick(won, "wait", "toPlayer", "playerPoints", "opponentPoints", "ballX", "aim"),
    [30, 0, 5, 20, 656, 0],
  );
  assert.equal(won.reward, 1);
  assert.equal(after({ ballX: 1303, ballY: 100, ballDY: 0, ballDX: 10 }).opponentPoints, 0);
});

Deno.test("pong rules: the serve's row, angle and aim are the generator's", () => {
  const seen = { rows: new Set<number>(), angles: new Set<number>(), aims: new Set<number>() };
  for (let seed = 0; seed < 400; seed++) {
    const state = game({ ballDX: 0, ballDY: 0, wait: 4, toPlayer: seed % 2, opponentY: 650 });
    const same = new PCG64(seed);
    act(state, STAY, new PCG64(seed), SPEED);
    const served = look(state);
    const row = integers(same, 32), angle = integers(same, 8), aim = integers(same, 8);
    assert.deepEqual(
      pick(served, "ballX", "ballY", "ballDX", "ballDY", "aim", "wait"),
      [
        656,
        408 + 16 * row,
        seed % 2 === 1 ? 10 : -10,
        [-12, -9, -6, -3, 3, 6, 9, 12][angle],
        20 * aim - 70,
        0,
      ],
    );
    seen.rows.add(served.ballY);
    seen.angles.add(served.ballDY);
    seen.aims.add(served.aim);
  }
  assert.deepEqual([seen.rows.size, seen.angles.size, seen.aims.size], [32, 8, 8]);
  // All around the middle: the ball in it is at 656.
  assert.equal((Math.min(...seen.rows) + Math.max(...seen.rows)) / 2, 656);
});

Deno.test("pong rules: the opponent goes after the ball, with its aim and without trembling", () => {
  const still = { ballX: 1000, ballDX: 10, ballDY: 0, opponentY: 608 };
  // The paddle's middle is at 672, the ball's 16 below its place.
  for (const [off, moved] of [[16, 0], [17, SPEED], [-16, 0], [-17, -SPEED]]) {
    // Within reach again after one tick.
    const { opponentY } = after({ ...still, ballY: 656 + off }, [STAY], SPEED);
    assert.equal(opponentY, 608 + moved, `${off}`);
  }
  assert.equal(after({ ...still, ballY: 900 }, [STAY], SPEED).opponentY, 608 + 4 * SPEED);
  assert.equal(after({ ...still, ballY: 656, aim: 70 }, [STAY], SPEED).opponentY, 608 - 4 * SPEED);
  for (let speed = 1; speed <= 32; speed++) {
    const state = game({ ...still, ballY: 550, aim: 30, ballDX: 1 });
    const places: number[] = [];
    for (let i = 0; i < 40; i++) {
      act(state, STAY, new PCG64(1), speed);
      places.push(look(state).opponentY);
    }
    // It comes to where the place for the ball, 64 + 30 below its own, is near enough, and stays.
    const last = places[39];
    assert.ok(Math.abs(last + 64 + 30 - 566) <= 16, `${speed}: ${last}`);
    assert.deepEqual(places.slice(30), Array(10).fill(last));
  }
});

Deno.test("pong rules: a start says nothing of before, and all stays within its bounds", () => {
  const random = new PCG64(9);
  const state = game({ opponentPoints: 7, aim: 3 });
  const served = [0, 0];
  for (let i = 0; i < 200; i++) {
    start(state, random);
    const { toPlayer, ...rest } = look(state);
    served[toPlayer]++;
    assert.deepEqual(
      rest,
      (({ toPlayer: _, ...usual }) => usual)(look(game({
        ballDX: 0,
        ballDY: 0,
        wait: 32,
      }))),
    );
  }
  assert.ok(Math.min(...served) > 70, `${served}`);
  // Any opponent, any actions; fromJson refuses what is out of bounds.
  for (const speed of [0, 5, 12, 32]) {
    start(state, random);
    for (let i = 0; i < 5000; i++) {
      const before = look(state);
      const reward = act(state, integers(random, 3), random, speed);
      const now = look(state);
      layout.fromJson(layout.toJson(state), "the game");
      assert.equal(now.playerPoints - before.playerPoints, Number(reward === 1));
      assert.equal(now.opponentPoints - before.opponentPoints, Number(reward === -1));
      assert.equal(now.wait > 0, now.ballDX === 0);
      if (Math.max(now.playerPoints, now.opponentPoints) > 900) start(state, random);
    }
  }
});
