import type { AnyExample } from './example.ts';
import type { Due } from './scenario.ts';

/** What comes when the load of a storm has ended. */
export interface QuietTime {
  /** For how long something may still be due after the load, in ms. */
  readonly lengthMs: number;
  /** What is due in quiet days; empty where there are none. */
  readonly due: readonly Due[];
}

/** Nothing is due after the load: faults are over with it. */
export const noQuietTime = (): QuietTime => ({ lengthMs: 0, due: [] });

/** As long as every system may take to come to rest; see `recovery.ts`. */
const atLeastMs = 120_000;

/**
 * The time after the load of `recovery` in which faults can strike what is still due: the quiet days of its storm,
 * and what the example says that a system may take to come to rest.
 *
 * @param given settings that differ from their defaults
 */
export function quietTime(example: AnyExample, given: object): QuietTime {
  const { recovery } = example.scenarios;
  if (recovery.kind !== 'storm' || example.swarm?.faultsEndWithLoad === true) return noQuietTime();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the settings of any example
  const settings = example.settings.parse(given) as object;
  const { epilogueMs, due } = recovery.storm;
  const parts = Object.values(example.swarm?.settles?.(settings) ?? {});
  const restMs = Math.max(
    atLeastMs,
    parts.reduce((sum, ms) => sum + ms, 0),
  );
  return { lengthMs: (epilogueMs?.(settings) ?? 0) + restMs, due: due?.(settings) ?? [] };
}
