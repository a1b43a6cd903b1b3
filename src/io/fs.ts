/**
 * Files: the library's one place that touches them, and so the one that needs Deno's permissions.
 *
 * A file appears whole or not at all: it is written under a temporary name in the same folder and
 * then renamed, so that a crash, a full disk or a Ctrl-C leaves what was there before as it was.
 *
 * @module
 */

/** Files need a path and Deno; elsewhere the library takes and gives bytes and streams. */
function requirePath(path: string, task: string): void {
  if (!("Deno" in globalThis)) {
    throw new Error(`cannot ${task}: files can only be used in Deno; use bytes or a stream`);
  }
  if (path === "") throw new Error(`cannot ${task}: the path is empty`);
}

/** The folder of a path, "." for a bare name. */
function folderOf(path: string): string {
  const separators = Deno.build.os === "windows" ? /[\\/][^\\/]*$/ : /\/[^/]*$/;
  const end = path.search(separators);
  return end < 0 ? "." : path.slice(0, end) || "/";
}

/** What was wrong, in words for whoever typed the path. */
function reasonOf(error: unknown, missing: string, flags: string): string {
  const errors = Deno.errors;
  if (error instanceof errors.NotCapable) {
    // Devices and the like (/dev, /proc) need more than the flags for reading and writing.
    return error.message.includes("--allow-all")
      ? "Deno wants --allow-all for it"
      : `Deno may not; run it with ${flags}`;
  }
  if (error instanceof errors.NotFound) return missing;
  if (error instanceof errors.NotADirectory) return "a part of the path is a file, no folder";
  if (error instanceof errors.IsADirectory) return "it is a folder";
  if (error instanceof errors.PermissionDenied) {
    return "the system denies access to it (check its owner and mode)";
  }
  return error instanceof Error ? error.message : String(error);
}

/**
 * Reads a file.
 *
 * @param path Where the file is.
 * @returns All its bytes.
 * @throws {Error} When it can't be read, with the reason and the permission flag that is missing.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  const task = `read "${path}"`;
  requirePath(path, task);
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const reason = reasonOf(error, "there is no such file", `--allow-read=${path}`);
    throw new Error(`cannot ${task}: ${reason}`, { cause: error });
  }
}

/**
 * Reads the beginning of a file.
 *
 * @param path Where the file is.
 * @param count How many bytes; fewer come back where the file has no more, and none where it is a pipe or the
 *   like, whose bytes would be gone.
 * @throws {Error} When it can't be read, with the reason and the permission flag that is missing.
 */
export async function readHead(path: string, count: number): Promise<Uint8Array> {
  const task = `read "${path}"`;
  requirePath(path, task);
  try {
    if (!(await Deno.stat(path)).isFile) return new Uint8Array();
    using file = await Deno.open(path);
    const bytes = new Uint8Array(count);
    let done = 0;
    while (done < count) {
      const more = await file.read(bytes.subarray(done));
      if (more === null) break;
      done += more;
    }
    return bytes.subarray(0, done);
  } catch (error) {
    const reason = reasonOf(error, "there is no such file", `--allow-read=${path}`);
    throw new Error(`cannot ${task}: ${reason}`, { cause: error });
  }
}

/** Where the bytes of `path` are to go: what a link points to, and whether to replace it whole. */
async function destination(
  path: string,
): Promise<{ target: string; replace: boolean; mode?: number }> {
  try {
    // realPath asks for more permissions than lstat (the working folder's): only for a link.
    const target = (await Deno.lstat(path)).isSymlink ? await Deno.realPath(path) : path;
    const { isFile, isDirectory, mode } = await Deno.lstat(target);
    if (isDirectory) throw new Deno.errors.IsADirectory();
    // A device or a pipe such as /dev/stdout is written to, never replaced by a file.
    return { target, replace: isFile, mode: mode === null ? undefined : mode & 0o777 };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { target: path, replace: true };
    throw error;
  }
}

/** Writes all bytes to an open file and closes it, also when that fails. */
async function fill(file: Deno.FsFile, bytes: Uint8Array, sync: boolean): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
    // Before the rename: else a power cut could leave the new name with no content.
    if (sync) await file.syncData();
  } finally {
    file.close();
  }
}

/** Writes beside `target`, then renames; nothing stays behind on failure. */
async function replaceFile(target: string, bytes: Uint8Array, mode?: number): Promise<void> {
  const temporary = `${target}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  const file = await Deno.open(temporary, { write: true, createNew: true, mode });
  try {
    await fill(file, bytes, true);
    await Deno.rename(temporary, target);
  } catch (error) {
    // The first error is the one to report, whether or not the clean-up succeeds.
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/**
 * Writes a file, whole or not at all: a file that was there before is replaced by a rename.
 *
 * @param path Where the file goes; its folder must exist.
 * @param bytes All its bytes.
 * @throws {Error} When it can't be written, with the reason and the permission flag that is missing.
 */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  const task = `write "${path}"`;
  requirePath(path, task);
  const folder = folderOf(path);
  try {
    const { target, replace, mode } = await destination(path);
    if (replace) await replaceFile(target, bytes, mode);
    else await fill(await Deno.open(target, { write: true }), bytes, false);
  } catch (error) {
    const missing = `the folder "${folder}" does not exist`;
    // The folder, and both: a rename reads and writes, and the temporary name lies beside the file.
    const reason = reasonOf(error, missing, `--allow-read=${folder} --allow-write=${folder}`);
    throw new Error(`cannot ${task}: ${reason}`, { cause: error });
  }
}

/**
 * Writes text to a file as UTF-8, whole or not at all; see {@link writeBytes}.
 *
 * @param path Where the file goes; its folder must exist.
 * @param text What it will hold.
 */
export async function writeText(path: string, text: string): Promise<void> {
  await writeBytes(path, new TextEncoder().encode(text));
}

/**
 * Makes a folder, and those above it, unless it is there.
 *
 * @param path The folder.
 * @throws {Error} When it can't be made, with the reason and the permission flag that is missing.
 */
export async function makeFolder(path: string): Promise<void> {
  const task = `make the folder "${path}"`;
  requirePath(path, task);
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    const reason = reasonOf(error, "its place is missing", `--allow-read --allow-write=${path}`);
    throw new Error(`cannot ${task}: ${reason}`, { cause: error });
  }
}

/**
 * Holds a folder for this process alone, for as long as the result is not disposed of: others that ask
 * get undefined. It ends with the process too, however that ends.
 *
 * @param folder The folder, which must exist. A file `.lock` lies in it meanwhile.
 * @returns What lets go of it when it is disposed of; undefined while another process holds it.
 * @throws {Error} When the file can't be written, with the reason and the permission flag that is missing.
 */
export async function holdFolder(folder: string): Promise<AsyncDisposable | undefined> {
  const path = `${folder}/.lock`;
  const task = `write "${path}"`;
  requirePath(path, task);
  try {
    const file = await Deno.open(path, { write: true, create: true });
    if (!await file.tryLock(true)) {
      file.close();
      return undefined;
    }
    return {
      async [Symbol.asyncDispose]() {
        // Gone before it is let go of: one that is left behind means nothing, but looks as if it did.
        await Deno.remove(path).catch(() => {});
        file.close();
      },
    };
  } catch (error) {
    const missing = `the folder "${folder}" does not exist`;
    throw new Error(`cannot ${task}: ${reasonOf(error, missing, `--allow-write=${folder}`)}`, {
      cause: error,
    });
  }
}
