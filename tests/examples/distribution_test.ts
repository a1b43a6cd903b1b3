/** Tests of examples/distribution.ts, started as a user would. @module */

import assert from "node:assert/strict";
import { DQN, make } from "../../mod.ts";
import { inFolder, permissionsFor, runExample } from "./start.ts";

const distribution = (folder: string, args: string) =>
  runExample("distribution", args, permissionsFor(folder));

Deno.test("distribution: trains an agent and draws six moments of its fall", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/fall.svg`;
    const { code, stdout, stderr } = await distribution(
      folder,
      `--algorithm c51 --steps 1100 --seed 2 --balance 3 --out ${out}`,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /it fell at step \d+; drew /);
    const svg = Deno.readTextFileSync(out);
    assert.match(svg, /A CartPole falls: what C51 expects/);
    // Each stands there twice: drawn, and as the picture's name for those who can't see it.
    assert.equal(svg.match(/>step \d+: pole [\d.]+° to the (left|right)</g)?.length, 12);
    assert.equal(svg.match(/>push (left|right): Q -?[\d.]+</g)?.length, 12);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });
});

Deno.test("distribution: an agent that was saved, with the Q-values that it has", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/agent.safetensors`;
    using agent = await DQN.create(make("CartPole-v1"), {
      distribution: "qr",
      quantiles: 7,
      hiddenLayers: [8],
      seed: 4,
    });
    await agent.save(path);
    const out = `${folder}/fall.svg`;
    const { code, stderr } = await distribution(
      folder,
      `--pretrained ${path} --out ${out} --balance 0`,
    );
    assert.equal(code, 0, stderr);
    const svg = Deno.readTextFileSync(out);
    assert.match(svg, /what QR-DQN expects/);
    const env = make<Float32Array>("CartPole-v1");
    const [observation] = env.reset({ seed: 2_000_001_000 });
    const [left, right] = await agent.qValues(observation);
    const first = svg.match(/>push (?:left|right): Q (-?[\d.]+)</g)!.slice(0, 2);
    assert.deepEqual(first, [
      `>push left: Q ${left.toFixed(1)}<`,
      `>push right: Q ${right.toFixed(1)}<`,
    ]);
  });
});

Deno.test("distribution: what is wrong is refused", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/plain.safetensors`;
    using agent = await DQN.create(make("CartPole-v1"), { hiddenLayers: [4] });
    await agent.save(path);
    const cases: [args: string, code: number, message: RegExp][] = [
      ["--algorithm dqn", 2, /--algorithm must be one of qr, c51, iqn, got "dqn"/],
      ["--steps 0", 2, /--steps must be an integer from 1 to/],
      ["--stepps 10", 2, /--stepps.*--help lists the flags/],
      [`--pretrained ${folder}/none`, 1, /there is no file/],
      [`--pretrained ${path}`, 1, /create it with distribution "c51", "qr" or "iqn"/],
      [
        `--pretrained ${path} --steps 20000 --algorithm qr`,
        2,
        /--pretrained takes an agent that has been trained: leave --algorithm and --steps out/,
      ],
      [`--steps 5 --pretrained ${folder}/none`, 2, /been trained: leave --steps out/],
    ];
    for (const [args, wanted, message] of cases) {
      const { code, stderr } = await distribution(folder, `${args} --out ${folder}/x.svg`);
      assert.equal(code, wanted, stderr);
      assert.match(stderr, message);
    }
    const help = await distribution(folder, "--help");
    assert.equal(help.code, 0);
    for (const flag of ["--algorithm", "--steps", "--seed", "--pretrained", "--balance", "--out"]) {
      assert.ok(help.stdout.includes(flag), flag);
    }
  });
});
