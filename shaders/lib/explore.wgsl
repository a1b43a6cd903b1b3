// Choosing actions while learning, as src/agent/exploration.ts does on the host: a coin decides on a
// random action, else the Q-values do, by the best one or by drawing from softmax(Q / temperature).

import package::lib::outputs::ACTIONS;
import package::lib::philox::{multiplyWide, philox};
import package::lib::tick::table;
import package::lib::values::{ONLINE, bestAction, qValue};

override STREAM_EXPLORE: u32 = 2u;
const ALL = 0xffffffffu;

// The action of a lane; `isLast` where its episode has ended, and it will not be taken any more.
fn chooseAction(agent: u32, lane: u32, isLast: bool) -> u32 {
  let tick = table[agent];
  let random = philox(
    vec4u(lane, u32(isLast), tick.updateLow, tick.updateHigh),
    vec2u(tick.seed, STREAM_EXPLORE),
  );
  if (f32(random.x >> 8u) * 0x1p-24 < tick.exploration) {
    return multiplyWide(random.y, ACTIONS).y;
  }
  let best = bestAction(agent, ONLINE, lane, ALL);
  if (tick.temperature == 0.0) {
    return best;
  }
  // Against the best value, so that no power overflows.
  let highest = qValue(agent, ONLINE, lane, best);
  var total = 0.0;
  for (var action = 0u; action < ACTIONS; action++) {
    total += exp((qValue(agent, ONLINE, lane, action) - highest) / tick.temperature);
  }
  var rest = f32(random.z >> 8u) * 0x1p-24 * total;
  for (var action = 0u; action < ACTIONS; action++) {
    rest -= exp((qValue(agent, ONLINE, lane, action) - highest) / tick.temperature);
    if (rest < 0.0) {
      return action;
    }
  }
  // Rounding may leave a trifle.
  return best;
}
