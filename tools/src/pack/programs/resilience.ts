import { createBreakers, createRetry, createTimeout, wrap } from '@firedrill/core/resilience';

const breakers = createBreakers({ failureThreshold: { consecutive: 3 }, halfOpenAfterMs: 10 });
const retry = createRetry({
  maxAttempts: 3,
  backoff: { initialMs: 1, maxMs: 2, factor: 2, jitter: 'full' },
});
let calls = 0;
const answer = await wrap(
  retry,
  breakers.policy('bank'),
  createTimeout({ timeoutMs: 1_000 }),
).execute(async () => {
  calls += 1;
  if (calls < 3) throw new Error('The bank is closed.');
  return 'paid';
});
if (answer !== 'paid' || calls !== 3) throw new Error(`${answer} after ${calls} calls`);
