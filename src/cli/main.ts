/**
 * Starts a training program: reads its command line, runs it with the real library, files and terminal,
 * and turns errors into messages and exit codes.
 *
 * @module
 */

import { DQN } from "../agent/dqn.ts";
import { evaluate } from "../agent/evaluation.ts";
import { Gpu } from "../gpu/gpu.ts";
import { type Arguments, UsageError } from "./args.ts";
import { localFiles } from "./files.ts";
import { helpText } from "./help.ts";
import { Interrupt } from "./interrupt.ts";
import type { Program } from "./program.ts";
import { registeredStage } from "./registered_stage.ts";
import type { Library } from "./run.ts";
import { readCommandLine } from "./saved_run.ts";
import { openTerminal, Screen } from "./terminal.ts";
import { train } from "./train.ts";

const FAILED = 1;
const MISUSED = 2;

/** The library as it is, with the program's environments. */
function realLibrary({ open = registeredStage }: Program): Library {
  return {
    open: (request) => open(request),
    async adapterKind(powerPreference) {
      const gpu = await Gpu.open({ powerPreference });
      try {
        return gpu.kind;
      } finally {
        gpu.close();
      }
    },
    create: (env, config) => DQN.create(env, config),
    load: (path, env, overrides, options) => DQN.load(path, env, overrides, options),
    evaluate,
  };
}

/**
 * Runs a training program.
 *
 * @param argv What was typed after its name.
 * @param program What it is.
 * @returns The exit code: 0, 1 for a failure, 2 for a wrong command line, 130 after Ctrl-C.
 */
export async function runProgram(argv: readonly string[], program: Program): Promise<number> {
  const stdout = openTerminal(Deno.stdout);
  const stderr = openTerminal(Deno.stderr);
  const fail = (error: unknown): number => {
    stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? MISUSED : FAILED;
  };
  let args: Arguments;
  try {
    args = await readCommandLine(argv, program);
  } catch (error) {
    return fail(error);
  }
  if (args.help) {
    stdout.write(helpText(program, args, stdout.columns()) + "\n");
    return 0;
  }
  // With --json, standard output is for scripts.
  const screen = new Screen(args.json ? stderr : stdout);
  using interrupt = new Interrupt(() => {
    screen.line("stopping; Ctrl-C again exits at once");
  });
  try {
    return await train(args, args.presets[args.preset], {
      library: realLibrary(program),
      files: localFiles(program.command),
      screen,
      printResult: (line) => stdout.write(line + "\n"),
      signal: interrupt.signal,
    });
  } catch (error) {
    screen.clear();
    return fail(error);
  }
}
