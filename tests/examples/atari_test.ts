/** Tests of examples/atari.ts, started as a user would. @module */

import assert from "node:assert/strict";
import { pythonTest } from "../envs/python/python_here.ts";
import { exampleCommand, inFolder, permissionsFor, runExample } from "./start.ts";

const RUN = "--network 4@12/12 --hidden-layers 8 --learning-starts 50 --buffer-size 1000 " +
  "--batch-size 8 --num-envs 2 --check-every none --eval-episodes 1 --seed 2 --steps 400 --json";

/** Starts a run, presses Ctrl-C at its first checkpoint, and waits for its end. */
async function interrupted(line: string, permissions: readonly string[]): Promise<string> {
  const child = exampleCommand("atari", line, permissions).spawn();
  let text = "";
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    const isFirst = !text.includes("saved the agent");
    text += part;
    if (isFirst && text.includes("saved the agent")) child.kill("SIGINT");
  }
  await child.stdout.cancel();
  await child.status;
  return text;
}

if (Deno.build.os !== "windows") {
  pythonTest(
    "atari: a run that Ctrl-C stopped ends as if it had not been",
    ["gymnasium", "ale_py", "cv2"],
    async () => {
      await inFolder(async (folder) => {
        const allowed = ["--allow-run", ...permissionsFor(folder)];
        const agent = `${folder}/p.safetensors`;
        const whole = await runExample("atari", RUN, allowed);
        assert.equal(whole.code, 0, whole.stderr);

        const text = await interrupted(`${RUN} --save ${agent} --save-every 100`, allowed);
        assert.match(text, /2 games of ALE\/Pong-v5 at a time in Python 3/);
        assert.match(text, /saved the agent to .*, at step [12]\d\d\n/);
        const rest = await runExample("atari", `${RUN} --pretrained ${agent}`, allowed);
        assert.equal(rest.code, 0, rest.stderr);
        const [a, b] = [whole, rest].map(({ stdout }) => JSON.parse(stdout));
        for (const name of ["env", "steps", "episodes", "updates", "evaluation"]) {
          assert.deepEqual(b[name], a[name], name);
        }
      });
    },
  );
}

Deno.test("atari: games, presets and mistakes need no Python", async () => {
  const help = await runExample("atari", "--game ms-pacman --help");
  assert.equal(help.code, 0, help.stderr);
  assert.ok(help.stdout.includes("ALE/MsPacman-v5") && help.stdout.includes("WizardOfWor"));
  const cases: [line: string, message: RegExp][] = [
    ["--game pnog", /there is no "pnog" \(did you mean "Pong"\?\); --help lists the games/],
    ["--play", /--play needs an agent that plays/],
    ["--optimizer adm", /--optimizer must be one of .* \(did you mean "adam"\?\)/],
    ["--episodes 5", /has no limit on an episode's steps: use --steps/],
  ];
  for (const [line, message] of cases) {
    const { code, stderr } = await runExample("atari", line);
    assert.equal(code, 2, line);
    assert.match(stderr, message);
  }
});

Deno.test("atari: without leave to start Python it says which flag is missing", async () => {
  // A program that is there; that it is no Python does not come out.
  const { code, stderr } = await runExample("atari", `--steps 100 --python ${Deno.execPath()}`);
  assert.equal(code, 1);
  assert.match(stderr, /it starts Python, which needs a permission: run Deno with --allow-run=/);
});
