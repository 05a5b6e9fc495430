import type { Admitted, EmitResult } from './emit-result.ts';
import { EmitRefusedError, type RefusalReason, unheardExplanations } from './errors.ts';

const explanations: Readonly<Record<RefusalReason | 'waiting', string>> = {
  ...unheardExplanations,
  'queue-full': 'the queue is full. Slow the producer down, or add workers or queueSize.',
  'wait-expired':
    'no room appeared within the wait. Slow the producer down, or add workers or queueSize.',
  'exceeds-capacity':
    'the event has more hooks than the pool can ever hold. Raise queueSize above its hook count.',
  cancelled: 'its signal was aborted before there was room. Nothing is left to do.',
  waiting: 'its admission is not known yet. Await result.settled first.',
};

/**
 * Turns a refusal into an exception.
 * @throws EmitRefusedError when the emit was refused, or when its admission is not known yet.
 */
export function assertAdmitted(result: EmitResult): asserts result is Admitted {
  if (result.admitted) return;
  const reason = result.status === 'refused' ? result.reason : result.status;
  throw new EmitRefusedError(reason, explanations[reason]);
}
