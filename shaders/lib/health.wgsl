// The health word: what only the GPU can see going wrong. The host reads it with the diagnostics and
// rejects the run; src/dqn/health.ts gives each bit its message.

const NOT_FINITE = 1u;
const NOTHING_DRAWABLE = 2u;
const ENVIRONMENT_NOT_FINITE = 4u;
