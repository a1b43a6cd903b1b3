import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/args.ts";
import { train } from "../../src/cli/train.ts";
import { FakeTerminal, FakeWorld, PRESETS, PROGRAM, type Script } from "./fake.ts";

async function run(line: string, script: Script = {}, world = new FakeWorld(script)) {
  const args = parseArguments(line === "" ? [] : line.split(" "), PROGRAM);
  const code = await train(args, PRESETS[args.preset], world.around());
  return { code, world, text: world.out.text };
}

Deno.test("train: files are checked first, then it trains, saves, draws and evaluates", async () => {
  const { code, world } = await run("--save a.st --csv e.csv --plot c.svg --eval-episodes 3");
  assert.equal(code, 0);
  assert.deepEqual(world.calls, [
    "check files",
    "create",
    "learn 200 of 200",
    "save a.st",
    "write e.csv",
    "write c.svg",
    "evaluate 3 from 2000000000",
    "close",
  ]);
  assert.deepEqual(world.requests.map(({ flag, access }) => [flag, access]), [
    ["--save", "write"],
    ["--plot", "write"],
    ["--csv", "write"],
  ]);
  const rows = world.written.get("e.csv")!.trimEnd().split("\n");
  assert.equal(rows.length, 21);
  assert.equal(rows[1], "1,10,11,10,0.5,11");
  assert.ok(world.written.get("c.svg")!.includes("DQN on CartPole-v1"));
});

Deno.test("train: without file flags no file is touched, and the end says which there are", async () => {
  const { code, world, text } = await run("");
  assert.equal(code, 0);
  assert.ok(text.endsWith("draws how it learnt; --help lists all flags\n"), text);
  const { text: saved } = await run("--save a.st");
  assert.ok(!saved.includes("nothing was written"), saved);
  assert.deepEqual([world.requests, world.written.size], [[], 0]);
  assert.ok(!world.calls.some((call) => /^(save|write)/.test(call)));
});

Deno.test("train: nothing is done when a file can't be used", async () => {
  const world = new FakeWorld({ refused: new Error("no folder") });
  await assert.rejects(run("--save a.st", {}, world), /no folder/);
  assert.deepEqual(world.calls, ["check files"]);
});

Deno.test("train: says when it is solved, which network it keeps, and what came of it", async () => {
  const { text } = await run("", { checks: [20, 30, 480] });
  for (
    const line of [
      "DQN on CartPole-v1, preset default: 200 steps",
      "learner: plain DQN",
      "seed 0, adapter a fake adapter",
      "every 50 steps a greedy evaluation over 5 episodes: keeps the best network, stops at a " +
      "mean of 475",
      "evaluation at step 50: mean 20.0, the best so far",
      "evaluation at step 150: mean 480.0, the best so far",
      "solved at step 150: an evaluation reached 475, so training stops early",
      "  trained     150 steps, 15 episodes, 300 updates in 10.0 s",
      "  speed       20 steps/s, 40 updates/s",
      "  evaluation  mean 149.5 ± 1.5, min 100.0, max 199.0 over 100 greedy episodes",
    ]
  ) assert.ok(text.includes(line + "\n"), `${line}\n---\n${text}`);
  assert.ok(!text.includes("put back"));
});

Deno.test("train: a better network of before is put back, and that is said", async () => {
  const { text } = await run("", { checks: [20, 300, 40, 50] });
  assert.ok(text.includes("evaluation at step 150: mean 40.0\n"), text);
  assert.ok(text.includes("put back the best network, of step 100 (evaluation mean 300.0)"), text);
});

Deno.test("train: a run counted in episodes ends with the last of them", async () => {
  const { world, text } = await run("--preset tutorial --csv e.csv");
  assert.equal(world.calls[2], "learn 1200 of 1200");
  assert.equal(world.written.get("e.csv")!.trimEnd().split("\n").length, 7);
  assert.ok(text.includes("hyper-parameters\n"));
  assert.ok(text.includes("episode 6/6  reward   16.0  steps   10  average  13.5  epsilon 0.500"));
  assert.ok(!text.includes("Ctrl-C"));
});

Deno.test("train: a loaded agent goes on for the steps that remain", async () => {
  const { world, text } = await run("--load a.st --gamma 0.9");
  assert.deepEqual(world.calls.slice(1, 3), ['load a.st {"gamma":0.9}', "learn 150 of 200"]);
  assert.ok(text.includes("loaded a.st: 50 steps, 5 episodes, 100 updates"));
  assert.ok(text.includes("trained     150 steps, 15 episodes"));
});

Deno.test("train: when nothing remains it evaluates, and files keep what they hold", async () => {
  const { code, world, text } = await run("--load a.st --save b.st --csv e.csv", {
    loaded: { steps: 200, episodes: 20 },
  });
  assert.equal(code, 0);
  assert.ok(text.includes("nothing is left to train of 200 steps; --steps sets a new length"));
  assert.ok(text.includes("no episode ended, so e.csv is not written"));
  assert.deepEqual(world.calls.slice(2), ["save b.st", "evaluate 100 from 2000009000", "close"]);
});

Deno.test("train: test mode tells each episode, and draws training and test apart", async () => {
  const { world, text } = await run("--preset tutorial --test --csv e.csv --plot c.svg");
  assert.deepEqual([...world.written.keys()], [
    "e.csv",
    "c.svg",
    "e-test.csv",
    "c-test.svg",
  ]);
  assert.ok(text.includes("test, without exploration:\nepisode 1/4  reward  100.0  steps  100\n"));
  assert.ok(world.written.get("c-test.svg")!.includes("smoothed (0.9 / 0.1)"));
  assert.equal(world.written.get("e-test.csv")!.split("\n")[2], "2,201,101,101,0,100.5");
});

Deno.test("train: test mode with a loaded agent does not train", async () => {
  const { world, text } = await run("--preset tutorial --test --load a.st --plot c.svg");
  assert.ok(!world.calls.some((call) => call.startsWith("learn")));
  assert.deepEqual([...world.written.keys()], ["c.svg"]);
  assert.ok(text.includes("  test  mean 101.5 ± 1.5, min 100.0, max 103.0 over 4 greedy episodes"));
});

Deno.test("train: Ctrl-C stops training, says where, saves and draws, and evaluates nothing", async () => {
  const world: FakeWorld = new FakeWorld({
    onStep: (step) => step === 75 && world.controller.abort(),
  });
  const { code, text } = await run("--save a.st --csv e.csv --plot c.svg --json", {}, world);
  assert.equal(code, 130);
  assert.ok(text.includes("stopped by Ctrl-C at step 75, episode 7"), text);
  assert.deepEqual(world.calls.slice(3), ["save a.st", "write e.csv", "write c.svg", "close"]);
  assert.equal(JSON.parse(world.results[0]).evaluation, null);
  assert.equal(JSON.parse(world.results[0]).steps, 75);
});

Deno.test("train: Ctrl-C before training replaces no file", async () => {
  const world = new FakeWorld();
  world.controller.abort();
  const { code, text } = await run("--save a.st --csv e.csv", {}, world);
  assert.equal(code, 130);
  assert.ok(text.includes("stopped by Ctrl-C before training"));
  assert.deepEqual(world.calls, ["check files", "create", "close"]);
});

Deno.test("train: Ctrl-C while evaluating leaves no half evaluation", async () => {
  const world: FakeWorld = new FakeWorld({
    onTest: (episode) => episode === 40 && world.controller.abort(),
  });
  const { code, text } = await run("--json", {}, world);
  assert.equal(code, 130);
  assert.ok(text.includes("evaluation stopped by Ctrl-C after 40 of 100 episodes"));
  assert.equal(JSON.parse(world.results[0]).evaluation, null);
});

Deno.test("train: a failure keeps the curve and the old checkpoint, frees the GPU, and is passed on", async () => {
  const world = new FakeWorld({
    onStep(step) {
      if (step === 75) throw new RangeError("the reward must be a finite number, got NaN");
    },
  });
  await assert.rejects(run("--save a.st --csv e.csv", {}, world), {
    message: "the reward must be a finite number, got NaN",
  });
  assert.deepEqual(world.calls.slice(3), ["write e.csv", "close"]);
});

Deno.test("train: one output that fails does not take the others with it", async () => {
  const { code, world, text } = await run("--save a.st --csv e.csv --plot c.svg", {
    broken: ["a.st", "e.csv"],
  });
  assert.equal(code, 1);
  assert.ok(text.includes('error: cannot write "a.st": the disk is full'));
  assert.deepEqual([...world.written.keys()], ["c.svg"]);
  assert.ok(world.calls.some((call) => call.startsWith("evaluate")));
});

Deno.test("train: JSON is one line with the run's totals", async () => {
  const { world } = await run("--json --seed 4");
  assert.equal(world.results.length, 1);
  assert.deepEqual(JSON.parse(world.results[0]), {
    env: "CartPole-v1",
    preset: "default",
    algorithm: null,
    seed: 4,
    steps: 200,
    episodes: 20,
    updates: 400,
    seconds: 10,
    stepsPerSecond: 20,
    updatesPerSecond: 40,
    evaluation: { episodes: 100, mean: 149.5, std: 1.5, min: 100, max: 199 },
    adapter: "a fake adapter",
  });
  const { world: quiet } = await run("");
  assert.deepEqual(quiet.results, []);
});

Deno.test("train: on a terminal the live line is gone at the end", async () => {
  const world = new FakeWorld({}, new FakeTerminal(true, 80));
  await run("--preset tutorial", {}, world);
  assert.ok(world.out.text.includes("ep 6/6 rew 16 ret 20"));
  assert.ok(world.out.text.includes("evaluating: episode 100/100"));
  assert.ok(!world.out.lines().some((line) => /^(ep 6|evaluating)/.test(line)));
});

Deno.test("train: a preset's schedule of the learning rate goes on with a loaded agent", async () => {
  const world = new FakeWorld();
  const args = parseArguments(["--load", "a.st"], PROGRAM);
  const { config } = PRESETS.default;
  const preset = { ...PRESETS.default, config: { ...config, learningRate: (p: number) => 1 - p } };
  await train(args, preset, world.around());
  assert.equal(world.calls[1], 'load a.st {"learningRate":"a function"}');
});

Deno.test("train: several environments side by side, by the preset or by a flag", async () => {
  const preset = { ...PRESETS.default, numEnvs: 3 };
  for (const [line, call] of [[[], "create in 3"], [["--num-envs", "5"], "create in 5"]] as const) {
    const world = new FakeWorld();
    await train(parseArguments(line, PROGRAM), preset, world.around());
    assert.equal(world.calls[1], call);
  }
});

Deno.test("train: environments on the GPU, by the preset or by a flag, and evaluations too", async () => {
  const preset = { ...PRESETS.default, gpuEnvs: 3 };
  const lines: [line: string, create: string, test: string][] = [
    ["", "create in <GpuEnv<CartPole-v1>, 3>", " in <GpuEnv<CartPole-v1>, 5>"],
    ["--gpu-envs 7", "create in <GpuEnv<CartPole-v1>, 7>", " in <GpuEnv<CartPole-v1>, 5>"],
    ["--num-envs 2", "create in 2", ""],
    ["--gpu-envs none", "create", ""],
  ];
  for (const [line, create, place] of lines) {
    const world = new FakeWorld();
    const args = parseArguments(line.split(" ").filter(Boolean), PROGRAM);
    await train(args, preset, world.around());
    assert.equal(world.calls[1], create, line);
    assert.ok(world.calls.includes(`evaluate 100 from 2000000000${place}`), world.calls.join());
    assert.equal(/ environments on the GPU, in lockstep\n/.test(world.out.text), place !== "");
  }
});

Deno.test("train: a loaded agent plays on the GPU", async () => {
  const { code, world, text } = await run("--gpu-envs 4 --load a.st --play --eval-episodes 2");
  assert.equal(code, 0, text);
  assert.ok(world.calls.includes("evaluate 2 from 2000009000 in <GpuEnv<CartPole-v1>, 2>"), text);
  assert.ok(world.calls.includes("load without environments"));
});

Deno.test("train: an animation of an episode after training", async () => {
  const { code, world, text } = await run("--gif e.gif --eval-episodes 2");
  assert.equal(code, 0, text);
  assert.deepEqual(world.calls.slice(-4), [
    "evaluate 2 from 2000000000",
    "evaluate 1 from 2000000000",
    "write e.gif",
    "close",
  ]);
  assert.equal(world.written.get("e.gif"), "GIF89a");
  assert.ok(text.includes("drew an episode of 1 pictures, return 100.0, in e.gif"), text);
  assert.deepEqual(world.requests.map(({ flag }) => flag), ["--gif"]);
});

Deno.test("train: a preset that is tested as it explores says so", async () => {
  const world = new FakeWorld();
  const preset = { ...PRESETS.default, testsExploring: true };
  await train(
    parseArguments(["--target", "sarsa", "--eval-episodes", "3", "--gif", "e.gif"], PROGRAM),
    preset,
    world.around(),
  );
  const evaluations = world.calls.filter((call) => call.startsWith("evaluate"));
  const seed = 2_000_000_000;
  assert.deepEqual(evaluations, [
    `evaluate 3 from ${seed} exploring`,
    `evaluate 1 from ${seed} exploring`,
  ]);
  assert.ok(world.out.text.includes("over 3 exploring episodes\n"), world.out.text);
});

Deno.test("train: says which algorithm learns, and draws and reports it", async () => {
  const { world, text } = await run("--algorithm double+qr --n-steps 3 --plot c.svg --json");
  assert.ok(
    text.includes("DQN on CartPole-v1, preset default, algorithm double+qr: 200 steps\n"),
    text,
  );
  assert.ok(text.includes("learner: QR-DQN (50 quantiles), Double DQN, 3-step returns\n"), text);
  assert.ok(world.written.get("c.svg")!.includes("preset default, algorithm double+qr, seed 0"));
  assert.equal(JSON.parse(world.results[0]).algorithm, "double+qr");
});
