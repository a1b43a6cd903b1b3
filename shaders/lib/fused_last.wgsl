// What only the last of an agent's invocations can do: sum up what all have left, in a fixed order.
//
// shares [agents × (1 + SHARES)]   how many are through, then what each has left, as bits of floats; the count
//                                  is zero before and after a dispatch
//
// Workgroups can't wait for each other, but who comes last can be counted. Shares are atomics, since other
// memory that another workgroup has written need not be seen within a dispatch. WGSL's atomics are relaxed,
// so each share is exchanged, and the count waits for what that gives back: a share is there before who left
// it is counted.
//
// Harris: Optimizing parallel reduction in CUDA (2007) has the sums; CUDA's sample threadFenceReduction
// the count.

// Shares of one agent.
override SHARES: u32 = 1u;

@group(0) @binding(10) var<storage, read_write> shares: array<atomic<u32>>;

// No share that was ever left: the bits of a NaN that no computation gives.
const NEVER = 0xffffffffu;

// Leaves a share; what it gives back is for `isLast`.
fn leaveShare(agent: u32, share: u32, x: f32) -> u32 {
  return atomicExchange(&shares[agent * (1u + SHARES) + 1u + share], bitcast<u32>(x));
}

// Whether all others have left theirs, so many in all; with the least of what `leaveShare` gave.
fn isLast(agent: u32, all: u32, given: u32) -> bool {
  let count = agent * (1u + SHARES);
  let before = atomicAdd(&shares[count], select(1u, 2u, given == NEVER));
  if (before + 1u < all) {
    return false;
  }
  atomicStore(&shares[count], 0u);
  return true;
}

fn shareOf(agent: u32, share: u32) -> f32 {
  return bitcast<f32>(atomicLoad(&shares[agent * (1u + SHARES) + 1u + share]));
}
