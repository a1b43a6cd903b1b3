/**
 * Where the repository is and which state of it runs.
 *
 * @module
 */

/** The repository's folder. */
export const REPOSITORY: URL = new URL("../..", import.meta.url);

/** A file URL's path. */
export function fromFileUrl(url: URL): string {
  return decodeURIComponent(url.pathname);
}

/** The commit, marked when what runs has been changed since; "unknown" outside of git. */
export async function commit(): Promise<string> {
  const git = async (...args: string[]): Promise<string> => {
    const { success, stdout } = await new Deno.Command("git", {
      args,
      cwd: REPOSITORY,
      stderr: "null",
    }).output();
    if (!success) throw new Error(`git ${args[0]} failed`);
    return new TextDecoder().decode(stdout).trim();
  };
  try {
    const hash = await git("rev-parse", "--short=12", "HEAD");
    const changed = await git(
      "status",
      "--porcelain",
      "--",
      "src",
      "shaders",
      "examples",
      "mod.ts",
    );
    return changed === "" ? hash : `${hash}, changed since`;
  } catch {
    return "unknown";
  }
}
