/**
 * Which state of the sources runs, where git is there to ask.
 *
 * @module
 */

const SOURCES = ["src", "shaders", "examples", "mod.ts"];

/** The commit, marked when the sources differ from it; undefined without git, or without leave to run it. */
export async function currentCommit(): Promise<string | undefined> {
  const folder = new URL("../../..", import.meta.url);
  if (folder.protocol !== "file:") return undefined;
  // Nobody should be asked for a permission that only this footnote needs.
  const { state } = await Deno.permissions.query({ name: "run", command: "git" });
  if (state !== "granted") return undefined;
  const git = async (...args: string[]): Promise<string> => {
    const command = new Deno.Command("git", { args, cwd: folder, stdin: "null", stderr: "null" });
    const { success, stdout } = await command.output();
    if (!success) throw new Error(`git ${args[0]} failed`);
    return new TextDecoder().decode(stdout).trim();
  };
  try {
    const hash = await git("rev-parse", "--short=12", "HEAD");
    const changes = await git("status", "--porcelain", "--", ...SOURCES);
    return changes === "" ? hash : `${hash}, changed since`;
  } catch {
    return undefined;
  }
}
