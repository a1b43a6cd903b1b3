/**
 * Makes sure that this machine has a WebGPU adapter, then runs Deno with the arguments it was given:
 *
 *     deno run … scripts/setup.ts run examples/cartpole.ts --seed 3
 *
 * With an adapter there is nothing to do. Without one, Debian and Ubuntu get Mesa's software Vulkan
 * from apt-get when this runs as root; everyone else is told what to type. Nothing is ever asked, a
 * second run changes nothing, and all it says goes to stderr, so that stdout belongs to the program.
 *
 * @module
 */

const PACKAGES = ["mesa-vulkan-drivers", "libvulkan1"];

/** What to type where apt-get is not the package manager, by the ID (or ID_LIKE) of os-release. */
const OTHER_SYSTEMS: Record<string, string> = {
  fedora: "sudo dnf install -y mesa-vulkan-drivers vulkan-loader",
  rhel: "sudo dnf install -y mesa-vulkan-drivers vulkan-loader",
  arch: "sudo pacman -S --needed vulkan-swrast vulkan-icd-loader",
  suse: "sudo zypper install -y libvulkan_lvp libvulkan1",
};

/** Variables that choose Vulkan drivers: one that points nowhere hides every adapter. */
const DRIVER_VARIABLES = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];

function say(text: string): void {
  console.error(`setup: ${text}`);
}

/** Prints why this machine is not ready and ends the process: nothing can run without an adapter. */
function fail(text: string): never {
  say(text);
  Deno.exit(1);
}

/** Mesa complains on stderr when XDG_RUNTIME_DIR names no folder; any folder will do. */
function quietMesa(): void {
  if (Deno.build.os !== "linux") return;
  try {
    if (Deno.statSync(Deno.env.get("XDG_RUNTIME_DIR") ?? "").isDirectory) return;
  } catch {
    // Unset, missing or another user's: replaced below, for this process and its children alone.
  }
  Deno.env.set("XDG_RUNTIME_DIR", Deno.env.get("TMPDIR") ?? "/tmp");
}

/** Lets children that ask for `deno` by name find it: under npx it is not on the PATH. */
function putDenoOnPath(): void {
  const windows = Deno.build.os === "windows";
  const folder = Deno.execPath().replace(/[\\/][^\\/]*$/, "");
  Deno.env.set("PATH", folder + (windows ? ";" : ":") + (Deno.env.get("PATH") ?? ""));
}

/** The adapter's name, or undefined when there is none. */
async function adapterName(): Promise<string | undefined> {
  if (!("gpu" in navigator)) {
    fail(
      `Deno ${Deno.version.deno} has no WebGPU: upgrade it (\`deno upgrade\`), ` +
        "or put `npx -y deno@2.9.6` in place of `deno`",
    );
  }
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) return undefined;
  return adapter.info.description || adapter.info.device || "unnamed";
}

/**
 * The adapter's name as a new process sees it: the Vulkan loader looks for drivers once a process, so
 * that this one goes on seeing none.
 */
async function adapterNameAfresh(): Promise<string | undefined> {
  const script = "const a = await navigator.gpu.requestAdapter();" +
    "if (a) console.log(a.info.description || a.info.device || 'unnamed');";
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim() || undefined;
}

/** The distribution's ID and those it says it is like, such as ["ubuntu", "debian"]. */
function distribution(): string[] {
  try {
    const text = Deno.readTextFileSync("/etc/os-release");
    return [...text.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)]
      .flatMap(([, value]) => value.replaceAll(/["']/g, "").trim().split(/\s+/));
  } catch {
    return [];
  }
}

/** Runs apt-get without questions; its output is kept back for the case that it fails. */
async function aptGet(...args: string[]): Promise<{ success: boolean; output: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command("apt-get", {
      args: ["-q", "-o", "DPkg::Lock::Timeout=300", ...args],
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { success, output: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    return { success: false, output: `apt-get: ${error}\n` };
  }
}

/**
 * Keeps Deno from loading OpenGL beside Vulkan on Linux: its libraries can crash a process as it exits,
 * after all its work is done.
 */
function vulkanOnly(): void {
  if (Deno.build.os === "linux" && !Deno.env.get("DENO_WEBGPU_BACKEND")) {
    Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
  }
}

/** Installs Mesa's software Vulkan with apt-get, as root, and gives the new adapter's name. */
async function installWithApt(): Promise<string> {
  say(
    `no WebGPU adapter; installing Mesa's software Vulkan (apt-get install ${PACKAGES.join(" ")})`,
  );
  const started = performance.now();
  // A broken source makes `update` fail though the packages may be had from the others: go on.
  const update = await aptGet("update");
  const install = await aptGet("install", "-y", "--no-install-recommends", ...PACKAGES);
  if (!install.success) {
    console.error(update.output + install.output);
    fail("apt-get could not install the packages (its output is above)");
  }
  const name = await adapterNameAfresh();
  if (name === undefined) {
    fail(`${PACKAGES.join(" and ")} are installed, but there is still no adapter${driverHint()}`);
  }
  say(`installed in ${Math.ceil((performance.now() - started) / 1000)} s`);
  return name;
}

/** Says which variable may hide the drivers, if one is set. */
function driverHint(): string {
  const set = DRIVER_VARIABLES.filter((name) => Deno.env.get(name));
  if (set.length === 0) return "";
  const values = set.map((name) => `${name}=${Deno.env.get(name)}`).join(" and ");
  return ` (the Vulkan drivers are chosen by ${values}: is there such a file?)`;
}

/** What this machine needs, for its user to type. */
function advice(systems: readonly string[]): string {
  const hint = driverHint();
  const other = systems.find((id) => id in OTHER_SYSTEMS);
  const line = systems.includes("debian")
    ? `sudo apt-get update && sudo apt-get install -y ${PACKAGES.join(" ")}`
    : other && OTHER_SYSTEMS[other];
  if (line !== undefined) {
    return `no WebGPU adapter${hint}. Mesa's software Vulkan gives one on any machine; type\n\n` +
      `    ${line}\n\nand run this again.`;
  }
  switch (Deno.build.os) {
    case "darwin":
      return "no WebGPU adapter. On macOS it comes with the system (Metal): " +
        "a virtual machine without a graphics device has none.";
    case "windows":
      return "no WebGPU adapter. On Windows it comes with the graphics driver (Direct3D 12 or " +
        "Vulkan): install the driver of your graphics card, or Windows updates.";
    default:
      return `no WebGPU adapter${hint}. Install a Vulkan driver and the Vulkan loader; ` +
        "Mesa's lavapipe is one that needs no graphics card.";
  }
}

/** Finds or installs an adapter and gives its name; ends the process when there is none to be had. */
async function ensureAdapter(): Promise<string> {
  const name = await adapterName();
  if (name !== undefined) return name;
  const systems = distribution();
  if (systems.includes("debian") && Deno.uid() === 0) return await installWithApt();
  fail(advice(systems));
}

/** Runs Deno in the foreground and gives the exit code that this process is to end with. */
async function runDeno(args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  // Ctrl-C reaches the child from the terminal: wait for it to stop cleanly instead of leaving it.
  Deno.addSignalListener("SIGINT", () => {});
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => child.kill("SIGTERM"));
  return (await child.status).code;
}

quietMesa();
vulkanOnly();
putDenoOnPath();
say(`WebGPU adapter: ${await ensureAdapter()}`);
if (Deno.args.length > 0) Deno.exit(await runDeno(Deno.args));
