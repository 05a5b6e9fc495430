import type { Fault } from '../services/index.ts';
import type { LoadSpec } from '../scenario/index.ts';

/** A storm that the swarm has drawn, as data: all that one line can hold. */
export interface SwarmStorm {
  /** Seed of everything random in the run. */
  readonly seed: number;
  readonly load: LoadSpec;
  /** Settings that differ from their defaults. */
  readonly settings: Readonly<Record<string, number>>;
  /** Each with its id, which keeps its draws while others are taken away. */
  readonly faults: readonly (Fault & { readonly id: string })[];
}
