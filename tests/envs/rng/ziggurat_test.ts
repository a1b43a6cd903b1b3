import assert from "node:assert/strict";
import recorded from "../../fixtures/gymnasium/numpy.json" with { type: "json" };
import { PCG64 } from "../../../src/envs/rng/pcg64.ts";
import { standardExponential, standardNormal } from "../../../src/envs/rng/ziggurat.ts";
import { sha256 } from "../fixture.ts";

for (const record of recorded.ziggurat) {
  const [draw, tail] = record.distribution === "normal"
    ? [standardNormal, 3.6541528853610088]
    : [standardExponential, 7.69711747013105];

  Deno.test(`ziggurat: ${record.count} ${record.distribution} draws are NumPy's`, async () => {
    const rng = new PCG64(record.seed);
    const draws = Float64Array.from({ length: record.count }, () => draw(rng));
    assert.deepEqual([...draws.subarray(0, record.first.length)], record.first);
    assert.equal(draws.filter((x) => Math.abs(x) > tail).length, record.inTail);
    assert.ok(record.inTail > 0);
    assert.equal(await sha256(draws.filter((x) => Math.abs(x) <= tail)), record.sha256);
    assert.equal(await sha256(Float32Array.from(draws)), record.sha256Float32);
    assert.equal((rng.getState() as { state: string }).state, record.after.state);
  });
}
