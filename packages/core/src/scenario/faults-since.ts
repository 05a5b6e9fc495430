import type { IdentifiedFault } from '../services/index.ts';

/**
 * The faults of which some time lies between a moment (ms since the start) and now, both included.
 *
 * The end of a fault belongs to it here: a process comes back, and what a call has waited for arrives, at
 * that very moment.
 */
export const faultsSince = (
  context: { readonly faults: readonly IdentifiedFault[]; readonly elapsedMs: () => number },
  sinceMs: number,
): readonly IdentifiedFault[] => {
  const nowMs = context.elapsedMs();
  return context.faults.filter(({ fromMs, toMs }) => fromMs <= nowMs && toMs >= sinceMs);
};
