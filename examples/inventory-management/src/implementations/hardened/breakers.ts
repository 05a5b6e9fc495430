import { type Breakers, createBreakers } from '@firedrill/core/resilience';
import type { Downstream } from '../../domain/downstreams.ts';

/** Five in a row: with twelve services and changes every second, that is soon known. */
const failuresToOpen = 5;
const halfOpenAfterMs = { initialMs: 5_000, maxMs: 20_000 };

/** A breaker for each downstream service: what does not answer is not asked for a while. */
export const createDownstreamBreakers = (): Breakers<Downstream> =>
  createBreakers({ failureThreshold: { consecutive: failuresToOpen }, halfOpenAfterMs });
