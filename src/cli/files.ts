/**
 * The files that a run will read and write: whether it may and can, asked before any work is done, so
 * that none is lost at the end.
 *
 * @module
 */

import { dirname, extname } from "node:path";
import { writeBytes, writeText } from "../io/fs.ts";

/** A file that a flag names. */
export interface FileRequest {
  /** The flag, such as "--save". */
  readonly flag: string;
  readonly path: string;
  readonly access: "read" | "write";
}

/** Access to files, as far as a run needs it. */
export interface Files {
  /** Throws unless every file can be read or written. */
  check(requests: readonly FileRequest[]): Promise<void>;
  /** Writes a text file, whole or not at all. */
  writeText(path: string, text: string): Promise<void>;
  /** Writes a binary file, whole or not at all. */
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
}

/** curve.svg → curve-test.svg. */
export function withSuffix(path: string, suffix: string): string {
  const extension = extname(path);
  return path.slice(0, path.length - extension.length) + suffix + extension;
}

/** The permissions that a file needs. A file is written beside its place first, then renamed. */
function permissionsFor({ path, access }: FileRequest): Deno.PermissionDescriptor[] {
  if (access === "read") return [{ name: "read", path }];
  const folder = dirname(path);
  return [{ name: "read", path: folder }, { name: "write", path: folder }];
}

/** Asks for what is missing, on a terminal by Deno's own prompt. */
async function checkPermissions(
  requests: readonly FileRequest[],
  command: string,
): Promise<void> {
  const refused: FileRequest[] = [];
  for (const request of requests) {
    for (const permission of permissionsFor(request)) {
      const { state } = await Deno.permissions.request(permission);
      if (state !== "granted" && !refused.includes(request)) refused.push(request);
    }
  }
  if (refused.length === 0) return;
  const needed = requests.flatMap(permissionsFor);
  const flags = (["read", "write"] as const).map((name) => {
    const paths = needed.flatMap((one) => one.name === name && "path" in one ? [one.path] : []);
    return paths.length === 0 ? [] : [`--allow-${name}=${[...new Set(paths)].join(",")}`];
  }).flat();
  const files = refused.map(({ flag, path }) => `${flag} ${path}`).join(", ");
  throw new Error(
    `Deno may not use the files of ${files}; start it as\n  ` +
      command.replace("deno run", `deno run ${flags.join(" ")}`),
  );
}

/** What lies at a path: undefined when there is nothing. */
async function look(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function checkFile({ flag, path, access }: FileRequest): Promise<void> {
  const there = await look(path);
  if (there?.isDirectory) throw new Error(`${flag}: "${path}" is a folder`);
  if (access === "read") {
    if (!there) throw new Error(`${flag}: there is no file "${path}"`);
    return;
  }
  const folder = dirname(path);
  const folderInfo = await look(folder);
  if (!folderInfo) throw new Error(`${flag}: the folder "${folder}" does not exist`);
  if (!folderInfo.isDirectory) throw new Error(`${flag}: "${folder}" is no folder`);
  // A device such as /dev/stdout is written to in place.
  if (there && !there.isFile) return;
  // Owners, modes and read-only disks: the one sure way to know is to try.
  await Deno.remove(await Deno.makeTempFile({ dir: folder }));
}

/**
 * The files of this machine.
 *
 * @param command How the program is started, for the message that says which flags are missing.
 */
export function localFiles(command: string): Files {
  return {
    async check(requests) {
      await checkPermissions(requests, command);
      for (const request of requests) {
        try {
          await checkFile(request);
        } catch (error) {
          if (error instanceof Error && error.message.startsWith(request.flag)) throw error;
          const { flag, path, access } = request;
          throw new Error(`${flag}: can't ${access} "${path}": ${(error as Error).message}`, {
            cause: error,
          });
        }
      }
    },
    writeText,
    writeBytes,
  };
}
