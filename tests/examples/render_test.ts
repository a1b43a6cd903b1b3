/** Tests of examples/render.ts, started as a user would. @module */

import assert from "node:assert/strict";
import { DQN, make } from "../../mod.ts";
import { decodeGif } from "../io/gif_decoder.ts";
import { inFolder, permissionsFor, runExample } from "./start.ts";

const render = (folder: string, args: string) => runExample("render", args, permissionsFor(folder));

/** The names of what is in a folder. */
const namesIn = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name);

Deno.test("render: the pictures of the episodes that the same seeds give", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/cartpole.gif`;
    const { code, stdout, stderr } = await render(
      folder,
      `--random --out ${out} --episodes 2 --seed 5 --max-steps 6`,
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.split("\n").slice(0, 3), [
      "random actions in CartPole-v1",
      "episode 1: return 6.0, 6 steps",
      "episode 2: return 6.0, 6 steps",
    ]);
    assert.deepEqual(namesIn(folder), ["cartpole.gif"]);

    const gif = decodeGif(Deno.readFileSync(out));
    const env = make("CartPole-v1");
    env.actionSpace.seed(5);
    const pictures: Uint8Array[] = [];
    for (const seed of [5, 6]) {
      env.reset({ seed });
      pictures.push(env.render!().data);
      for (let i = 0; i < 6; i++) {
        env.step(env.actionSpace.sample());
        pictures.push(env.render!().data);
      }
    }
    assert.equal(gif.frames.length, pictures.length);
    gif.frames.forEach(({ data, delay }, i) => {
      assert.deepEqual(data, pictures[i]);
      assert.equal(delay, 2);
    });
  });
});

Deno.test("render: the pilot, every tenth picture", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/lander.gif`;
    const flags = `--env LunarLander-v3 --pilot --every 10 --out ${out}`;
    const { code, stdout, stderr } = await render(folder, flags);
    assert.equal(code, 0, stderr);
    const [, score, steps] = /return (\S+), (\d+) steps/.exec(stdout)!;
    assert(Number(score) > 100, stdout);
    const { frames } = decodeGif(Deno.readFileSync(out));
    assert.equal(frames.length, 1 + Math.ceil(Number(steps) / 10));
    assert.equal(frames[0].delay, 20);
  });
});

Deno.test("render: an agent that was saved plays greedily", async () => {
  await inFolder(async (folder) => {
    const [saved, out] = [`${folder}/agent.safetensors`, `${folder}/played.gif`];
    using agent = await DQN.create(make("CartPole-v1"), { seed: 3, hiddenLayers: [8] });
    await agent.save(saved);
    const flags = `--load ${saved} --out ${out} --seed 4`;
    const { code, stdout, stderr } = await render(folder, flags);
    assert.equal(code, 0, stderr);

    const env = make("CartPole-v1");
    let [observation] = env.reset({ seed: 4 });
    let steps = 0;
    for (let ended = false; !ended; steps++) {
      const [next, , terminated, truncated] = env.step(await agent.predict(observation));
      observation = next;
      ended = terminated || truncated;
    }
    assert.match(stdout, new RegExp(`, ${steps} steps\n`));
    const { frames } = decodeGif(Deno.readFileSync(out));
    assert.equal(frames.length, steps + 1);
    assert.deepEqual(frames.at(-1)!.data, env.render!().data);
  });
});

Deno.test("render: an agent is trained first where there is a preset", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/trained.gif`;
    const { code, stdout, stderr } = await render(folder, `--steps 300 --out ${out}`);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^training on CartPole-v1, preset default: 300 steps at most\n/);
    assert.match(stdout, /\ntrained 300 steps\nepisode 1: return /);
    assert(decodeGif(Deno.readFileSync(out)).frames.length > 5);
  });
});

Deno.test("render: the last picture as PNG, of an environment that is played at random", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/taxi.png`;
    const flags = `--env Taxi-v4 --max-steps 3 --out ${out}`;
    const { code, stdout, stderr } = await render(folder, flags);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^random actions in Taxi-v4\nepisode 1: .*, 3 steps\nwrote .*taxi.png/);
    const bytes = Deno.readFileSync(out);
    assert.deepEqual([...bytes.subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
    const view = new DataView(bytes.buffer);
    assert.deepEqual([view.getUint32(16), view.getUint32(20)], [536, 456]);
  });
});

Deno.test("render: mistakes are said before anything is played", async () => {
  await inFolder(async (folder) => {
    const cases: [flags: string, code: number, message: RegExp][] = [
      ["--episode 2", 2, /unknown flag --episode \(did you mean "--episodes"\?\)/],
      ["--env CartPol-v1", 2, /unknown environment "CartPol-v1" \(did you mean "CartPole-v1"/],
      ["--out film.mp4", 2, /--out must end in \.gif or \.png, got "film.mp4"/],
      ["--episodes 0", 2, /--episodes must be an integer of at least 1, got "0"/],
      ["--random --pilot", 2, /--random and --pilot: only one of them can play/],
      ["--pilot", 2, /--pilot flies LunarLander-v2 and LunarLander-v3 only, not CartPole-v1/],
      ["--random --steps 5", 2, /--steps is for training, and nothing is trained here/],
      [`--out ${folder}/none/a.gif`, 1, /the folder ".*none" does not exist/],
      [`--load ${folder}/none --out ${folder}/a.gif`, 1, /there is no file/],
      ["--out elsewhere.gif", 1, /deno run --allow-read=\. --allow-write=\. examples\/render/],
    ];
    for (const [flags, code, message] of cases) {
      const result = await render(folder, flags);
      assert.match(result.stderr, message);
      assert.equal(result.code, code, flags);
      assert.equal(result.stdout, "");
    }
    assert.deepEqual(namesIn(folder), []);
    const help = await render(folder, "--help");
    assert.equal(help.code, 0);
    assert.match(help.stdout, /--load FILE/);
  });
});
