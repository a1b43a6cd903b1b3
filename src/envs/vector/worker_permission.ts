/**
 * Whether workers may be started: Deno loads a worker's modules when it starts, so those in files take
 * permission to read them, although the main program was loaded without.
 *
 * @module
 */

/** The part of Deno's permissions that is used here; absent elsewhere. */
interface Permissions {
  requestSync(wanted: { name: "read"; path: URL }): { state: string };
}

/**
 * Throws unless these modules may be loaded by a worker. Asks at the terminal where the user has not
 * decided yet.
 *
 * @param who the vector environment, for the error
 * @param addresses folders or modules; only `file:` addresses matter
 */
export function checkReadPermission(who: string, addresses: readonly URL[]): void {
  const { Deno: deno } = globalThis as { Deno?: { permissions?: Permissions } };
  if (deno?.permissions === undefined) return;
  const missing = addresses.filter((path) =>
    path.protocol === "file:" &&
    deno.permissions!.requestSync({ name: "read", path }).state !== "granted"
  );
  if (missing.length === 0) return;
  const paths = missing.map(({ pathname }) => decodeURIComponent(pathname));
  throw new Error(
    `${who}: a worker reads its modules when it starts, which Deno does not permit here: run with ` +
      `--allow-read or --allow-read=${paths.join(",")}`,
  );
}
