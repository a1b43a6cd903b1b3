/**
 * The start of a vector environment in Python: children, and environments in them.
 *
 * @module
 */

import type { EnvSpec } from "../env.ts";
import type { AutoresetMode } from "../vector/vector_env.ts";
import { checkOptions, type PythonOptions } from "./python_options.ts";
import { type Launch, PythonProcess } from "./python_process.ts";
import { readSpace, type SpaceDescription, type Wire } from "./python_spaces.ts";
import { planWrappers } from "./python_wrappers.ts";
import { SERVER } from "./server.generated.ts";

/** A child process and the lanes that it steps. */
export interface PythonWorker {
  /** The process. */
  readonly process: PythonProcess;
  /** Its first lane. */
  readonly first: number;
  /** How many lanes it has. */
  readonly count: number;
}

/** What a vector environment is made of, all of it running. */
export interface PythonSetup {
  /** How each environment was made. */
  readonly spec: EnvSpec;
  /** The children, in the order of their lanes. */
  readonly workers: readonly PythonWorker[];
  /** How observations travel. */
  readonly observations: Wire;
  /** How actions travel. */
  readonly actions: Wire;
  /** What happens at an episode's end. */
  readonly autoresetMode: AutoresetMode;
  /** How long a reset or a step may take, in ms. */
  readonly callTimeout: number;
  /** The chain of wrappers, as Python prints it. */
  readonly chain: string;
  /** Whether the environments can be saved. */
  readonly hasState: boolean;
  /** What runs there. */
  readonly versions: PythonVersions;
}

/** The versions that an environment runs with. */
export interface PythonVersions {
  /** Python's own. */
  readonly python: string;
  /** Gymnasium's. */
  readonly gymnasium: string;
  /** NumPy's. */
  readonly numpy: string;
}

/** What a child tells when its environments are made. */
interface Ready {
  readonly observationSpace: SpaceDescription;
  readonly actionSpace: SpaceDescription;
  readonly maxEpisodeSteps: number | null;
  readonly rewardThreshold: number | null;
  readonly chain: string;
  readonly hasState: boolean;
  readonly versions: PythonVersions;
}

/** How a child is started. */
export type Launcher = (options: PythonOptions) => Launch;

/** Reads the sources of the folder `server` from its standard input, and runs them when imported. */
const BOOTSTRAP = `import importlib.abc, importlib.util, json, os, sys
size, text = int(sys.argv[1]), b""
while len(text) < size:
    part = os.read(0, size - len(text))
    if not part:
        sys.exit()
    text += part
sources = json.loads(text)
class Sources(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name in sources else None
    def exec_module(self, module):
        name = module.__name__
        exec(compile(sources[name], name + ".py", "exec"), module.__dict__)
sys.meta_path.insert(0, Sources())
import dinoq_server
dinoq_server.main()
`;

/** The command that starts Python. */
export function launchPython(options: PythonOptions): Launch {
  const preamble = new TextEncoder().encode(JSON.stringify(SERVER));
  const python = Deno.build.os === "windows" ? "python" : "python3";
  return {
    program: options.python ?? python,
    args: ["-c", BOOTSTRAP, String(preamble.length)],
    env: options.env ?? {},
    preamble,
    showsStderr: options.showsOutput ?? true,
  };
}

/**
 * Starts the children and makes the environments in them.
 *
 * @param id the environment's id in Python
 * @param options the user's
 * @param launcher how a child is started: tests have children that need no Python
 */
export async function startPython(
  id: string,
  options: PythonOptions,
  launcher: Launcher,
): Promise<PythonSetup> {
  const who = `makePython ${id}`;
  const checked = checkOptions(who, id, options);
  const { numEnvs, workers, kwargs, autoresetMode } = checked;
  const plan = planWrappers(who, options.wrappers ?? []);
  const launch = launcher(options);

  const crew: PythonWorker[] = [];
  try {
    for (let k = 0, first = 0; k < workers; k++) {
      const count = Math.floor((numEnvs + k) / workers);
      crew.push({ process: new PythonProcess(launch, id, [first, count]), first, count });
      first += count;
    }
    const answers = await Promise.allSettled(crew.map(async ({ process, count }) => {
      const task = {
        id,
        count,
        kwargs: { ...plan.kwargs, ...kwargs },
        wrappers: plan.wrappers,
        autoresetMode,
      };
      process.send("make", undefined, task);
      const { value, body } = await process.receive("make", checked.startTimeout);
      return { ready: value as Ready, wires: readWires(value as Ready, body) };
    }));
    const ready = answers.map((answer) => {
      if (answer.status === "fulfilled") return answer.value;
      throw answer.reason;
    });
    const [{ ready: first, wires }] = ready;
    for (const other of ready) {
      const same = other.wires[0].space.equals(wires[0].space) &&
        other.wires[1].space.equals(wires[1].space);
      if (!same) throw new Error(`${who}: the environments have different spaces`);
    }
    return {
      spec: specOf(id, options, first),
      workers: crew,
      observations: wires[0],
      actions: wires[1],
      autoresetMode,
      callTimeout: checked.callTimeout,
      chain: first.chain,
      hasState: ready.every(({ ready }) => ready.hasState),
      versions: first.versions,
    };
  } catch (error) {
    await Promise.allSettled(crew.map(({ process }) => process.close()));
    throw error;
  }
}

function readWires(ready: Ready, bounds: Uint8Array): [observations: Wire, actions: Wire] {
  const observations = readSpace(ready.observationSpace, bounds);
  const taken = ready.observationSpace.type === "Box" ? 16 * observations.size : 0;
  return [observations, readSpace(ready.actionSpace, bounds.subarray(taken))];
}

function specOf(id: string, { kwargs, wrappers }: PythonOptions, ready: Ready): EnvSpec {
  const { maxEpisodeSteps, rewardThreshold } = ready;
  return Object.freeze({
    id,
    options: Object.freeze({
      ...(kwargs === undefined ? {} : { kwargs }),
      ...(wrappers === undefined ? {} : { wrappers }),
    }),
    ...(maxEpisodeSteps === null ? {} : { maxEpisodeSteps }),
    ...(rewardThreshold === null ? {} : { rewardThreshold }),
  });
}
