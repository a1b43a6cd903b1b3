/**
 * Everything about the sources that can be checked without running them: formatting, lint, types,
 * documentation, whether it could be published, and whether the generated shader module is up to date. All checks run, also after
 * one has failed, so that a single run shows all there is to mend.
 *
 * @module
 */

/** One check: what it is called, Deno's arguments, and what puts it right. */
interface Check {
  readonly name: string;
  readonly args: readonly string[];
  readonly remedy?: string;
}

/** Modules beside mod.ts that can be imported: the algorithms' pages. */
const PAGES = Object.values<string>(
  JSON.parse(Deno.readTextFileSync("deno.json")).exports,
).filter((path) => path !== "./mod.ts");

const CHECKS: readonly Check[] = [
  { name: "fmt", args: ["fmt", "--check"], remedy: "run `deno fmt`" },
  { name: "lint", args: ["lint"] },
  { name: "types", args: ["check", "--doc"] },
  { name: "doc", args: ["doc", "--lint", "mod.ts", ...PAGES] },
  // Types that the registry could not write out would only show at the real publish.
  { name: "publish", args: ["publish", "--dry-run", "--allow-dirty"] },
  { name: "shaders", args: ["run", "--allow-read=.", "scripts/bundle_shaders.ts", "--check"] },
  { name: "python", args: ["run", "--allow-read=.", "scripts/bundle_python.ts", "--check"] },
];

const failures: string[] = [];
for (const { name, args, remedy } of CHECKS) {
  console.log(`check ${name}: deno ${args.join(" ")}`);
  // Piped, not inherited: `deno doc --lint` prints all documentation when there is nothing to report.
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), { args: [...args] })
    .outputSync();
  if (success) continue;
  failures.push(name);
  Deno.stdout.writeSync(stdout);
  Deno.stdout.writeSync(stderr);
  console.log(`check ${name} FAILED${remedy ? `: ${remedy}` : ""}`);
}
if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
console.log(`checks: ${CHECKS.length - failures.length} passed, ${failures.length} failed`);
Deno.exit(failures.length > 0 ? 1 : 0);
