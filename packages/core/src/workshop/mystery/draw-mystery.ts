import { type AnyExample, type AnyImplementation, type AnyTypes } from '../../scenario/example.ts';
import type { LoadSpec } from '../../scenario/index.ts';
import { noQuietTime } from '../../scenario/quiet-time.ts';
import type { Cause, StormScenario } from '../../scenario/scenario.ts';
import { canHaveShare, type Fault, faultKindsOf, identifyFaults } from '../../services/index.ts';
import { createRandom, type Random } from '../../simulation/index.ts';
import {
  drawnKinds,
  drawStorm,
  strengthOf,
  type SwarmSpace,
  swarmSpace,
} from '../../swarm/index.ts';

/** A storm with a cause that it is to be proven of. */
export interface MysteryDraft {
  readonly example: AnyExample;
  readonly implementation: AnyImplementation;
  /** Seed of everything random in the run. */
  readonly seed: number;
  readonly load: LoadSpec;
  /** Settings that differ from their defaults. */
  readonly settings: Readonly<Record<string, number>>;
  /** All faults: those of the cause, and those that are beside the point. */
  readonly faults: readonly Fault[];
  /** Causes to be tried, the simplest first: the same faults with and without the rush. */
  readonly causes: readonly Cause[];
}

/** Of a hundred mysteries about so many have a fault as their cause, and the cause of the scenario. */
const faultShare = 0.6;
const namedShare = 0.25;

/** Faults beside the point, at the most. */
const mostDecoys = 3;

/** A cause lasts long enough to be found in a chart. */
const causeMs = [60_000, 90_000, 120_000] as const;
const roundedToMs = 5_000;

/** The id of a fault that was drawn as the cause; draws of the fault depend on it. */
const causeId = 'cause';

const rush = { label: 'the rush', load: 'above-base' } as const;

/**
 * Draws a storm with a hidden cause: a pure function of the number, the attempt and the examples. The
 * cause is a fault, the cause that the scenario of the example names, or the rush; around it stands a
 * storm of the swarm.
 *
 * @param attempt grows until a draft is proven: every machine counts alike
 */
export async function drawMystery(
  number: number,
  attempt: number,
  examples: readonly AnyExample[],
): Promise<MysteryDraft> {
  const random = createRandom(number, 'mystery', String(attempt));
  const example = random.pick(examples);
  const implementation = random.pick<AnyImplementation>(example.implementations);
  const seed = random.integer(1, 1_000_000);
  const space = await swarmSpace(example, drawnKinds(example));
  // Switches turn whole chapters of an example on: too much to find one's way in. What every storm has
  // besides would hide the cause.
  const { load, settings, faults } = drawStorm(seed, {
    ...space,
    switches: new Map(),
    hasMoments: false,
    hasRounds: false,
    quietTime: noQuietTime,
  });
  const decoys = faults.slice(0, mostDecoys);
  const base = { example, implementation, seed, settings };
  const which = random.next();
  if (which < faultShare) {
    const cause = drawCause(random.fork('cause'), space, load.durationMs);
    return {
      ...base,
      load,
      faults: [cause, ...decoys],
      causes: causesOf([causeId], cause.service),
    };
  }
  const named = namedCause(example, settings, seed, load.durationMs);
  if (which < faultShare + namedShare && named !== undefined) {
    const { cause, faults: own } = named;
    const isOfRush = Object.values(cause.conditions).some((condition) => 'load' in condition);
    return {
      ...base,
      load: isOfRush ? { ...load, shape: 'spike', factor: 1 } : load,
      faults: [...own, ...decoys],
      causes: [cause],
    };
  }
  return {
    ...base,
    load: { ...load, shape: 'spike', factor: random.pick([1, 2]) },
    faults: decoys,
    causes: [{ label: rush.label, conditions: { rush } }],
  };
}

/** Faults alone, and the same while the load is high. */
export function causesOf(faults: readonly string[], label: string): readonly Cause[] {
  const condition = { label, faults };
  return [
    { label, conditions: { fault: condition } },
    { label: `${label} while the load is high`, conditions: { fault: condition, rush } },
  ];
}

function drawCause(random: Random, { targets, kinds }: SwarmSpace, durationMs: number): Fault {
  const kind = random.pick(
    kinds.filter((each) => targets.some((target) => faultKindsOf(target).includes(each))),
  );
  const target = random.pick(targets.filter((each) => faultKindsOf(each).includes(kind)));
  const fromMs =
    roundedToMs *
    random.integer(
      Math.ceil((0.15 * durationMs) / roundedToMs),
      Math.floor((0.45 * durationMs) / roundedToMs),
    );
  const share = canHaveShare(kind) ? random.pick([1, 1, 0.5, 0.3]) : 1;
  // A process that is down for minutes is found by looking at it once.
  const lengthMs = kind === 'crash' ? random.pick([5_000, 20_000]) : random.pick(causeMs);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
  return {
    id: causeId,
    service: target.name,
    fromMs,
    toMs: fromMs + lengthMs,
    ...(share < 1 && { share }),
    ...strengthOf(kind, random),
  } as Fault;
}

/** The cause that the scenario of the incident names, with its faults at their place in this storm. */
function namedCause(
  example: AnyExample,
  changed: Readonly<Record<string, number>>,
  seed: number,
  durationMs: number,
): { readonly cause: Cause; readonly faults: readonly Fault[] } | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- narrowed in the next line
  const failure = example.scenarios.failure as StormScenario<AnyTypes>;
  if (failure.kind !== 'storm' || failure.cause === undefined) return undefined;
  const { cause, storm } = failure;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the settings of any example
  const settings = example.settings.parse(changed) as object;
  const scale = durationMs / storm.load(settings).durationMs;
  const ids = new Set(
    Object.values(cause.conditions).flatMap((condition) =>
      'faults' in condition ? condition.faults : [],
    ),
  );
  const faults = identifyFaults(storm.faults(settings, createRandom(seed, 'storm')))
    .filter(({ id }) => ids.has(id))
    .map((fault) => ({
      ...fault,
      fromMs: Math.floor(fault.fromMs * scale),
      toMs: Math.floor(fault.toMs * scale),
    }));
  return { cause, faults };
}
