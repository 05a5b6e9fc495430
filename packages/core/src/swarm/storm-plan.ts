import type { AnyExample } from '../scenario/example.ts';
import type { LoadSpec } from '../scenario/index.ts';
import {
  type FaultKind,
  faultKindsOf,
  type FaultTarget,
  identifyFaults,
} from '../services/index.ts';
import { createRandom } from '../simulation/index.ts';
import { strengthOf } from './draw-fault.ts';
import { drawStorm, type SwarmSpace } from './draw-storm.ts';
import { swarmSpace } from './swarm-space.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/**
 * Which storms a swarm is made of, and the settings that each of them has.
 *
 * - `drawn`: everything is drawn from the seed, see {@link drawStorm}.
 * - `each-fault`: one storm for each kind of fault on whatever can have it, alone, for a minute.
 * - `each-crash`: the storm of `recovery` in small, and one crash of one process at a moment that is drawn.
 */
export type StormPlan = { readonly settings?: Readonly<Record<string, number>> } & (
  | { readonly kind: 'drawn' }
  | { readonly kind: 'each-fault' }
  | { readonly kind: 'each-crash'; readonly crashes: number }
);

/** The storms of a plan. */
export interface PlannedStorms {
  /** How many there are; `undefined`: as many as anyone likes. */
  readonly count: number | undefined;
  /** The storm of a seed, from the first one on. */
  readonly stormOf: (seed: number) => SwarmStorm;
}

/** Six minutes, of which the load is at its highest from 1:30 to 4:30. */
const load: LoadSpec = { shape: 'spike', factor: 1, durationMs: 360_000 };
const fromMs = 120_000;
const forMs = 60_000;

/**
 * The storms of a plan for an example. Its `stormOf` throws a RangeError for a seed outside the plan.
 *
 * @param kinds kinds of fault that may be drawn
 * @param first seed of the first storm
 */
export async function planStorms(
  example: AnyExample,
  kinds: readonly FaultKind[],
  plan: StormPlan,
  first: number,
): Promise<PlannedStorms> {
  const space = await swarmSpace(example, kinds, plan.settings);
  if (plan.kind === 'drawn') {
    return { count: undefined, stormOf: (seed) => drawStorm(seed, space) };
  }
  if (plan.kind === 'each-crash') {
    const isPossible = kinds.includes('crash');
    return {
      count: isPossible ? plan.crashes : 0,
      stormOf: (seed) => crashStorm(seed, example, space),
    };
  }
  const pairs = singleTargets(space).flatMap(({ target, on }) =>
    faultKindsOf(target).flatMap((kind) =>
      kinds.includes(kind) ? [{ service: target.name, kind, on }] : [],
    ),
  );
  return {
    count: pairs.length,
    stormOf(seed) {
      const pair = pairs[seed - first];
      if (pair === undefined) throw new RangeError(`There is no storm ${seed} in this plan.`);
      const { service, kind, on } = pair;
      const random = createRandom(first, `each-fault/${service}/${kind}`);
      const fault = {
        id: 'each-1',
        service,
        kind,
        fromMs,
        toMs: fromMs + forMs,
        ...strengthOf(kind, random),
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
      const faults = [fault] as SwarmStorm['faults'];
      return { seed, load, settings: { ...space.small, ...on }, faults };
    },
  };
}

/** Whatever can be struck, each once; what exists by a switch alone, with the first one that brings it and that nobody
 * has set. */
function singleTargets({
  targets,
  given = {},
  switches = new Map<string, readonly FaultTarget[]>(),
}: SwarmSpace): readonly {
  readonly target: FaultTarget;
  readonly on: Readonly<Record<string, number>>;
}[] {
  const all = targets.map((target) => ({ target, on: {} }));
  const known = new Set(targets.map(({ name }) => name));
  for (const [name, withIt] of switches) {
    if (Object.hasOwn(given, name)) continue;
    for (const target of withIt.filter((each) => !known.has(each.name))) {
      known.add(target.name);
      all.push({ target, on: { [name]: 1 } });
    }
  }
  return all;
}

/** The faults of `recovery`, each at its place in a shorter load, and a crash. */
function crashStorm(seed: number, example: AnyExample, space: SwarmSpace): SwarmStorm {
  const random = createRandom(seed, 'each-crash');
  const { recovery } = example.scenarios;
  if (recovery.kind !== 'storm') throw new RangeError(`${example.name} has no storm.`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the settings of any example
  const settings = example.settings.parse(space.small) as object;
  const { storm } = recovery;
  const scale = load.durationMs / storm.load(settings).durationMs;
  const own = identifyFaults(storm.faults(settings, createRandom(seed, 'storm')));
  const shorter = own.map((fault) => {
    const from = Math.floor(fault.fromMs * scale);
    return { ...fault, fromMs: from, toMs: Math.max(from + 1, Math.floor(fault.toMs * scale)) };
  });
  const processes = space.targets.filter(({ kind }) => kind === 'process');
  const atMs = random.integer(0, load.durationMs);
  const crash = {
    id: 'each-1',
    kind: 'crash',
    service: random.pick(processes).name,
    fromMs: atMs,
    toMs: atMs + random.pick([500, 3_000, 10_000]),
  } as const;
  return { seed, load, settings: space.small, faults: [...shorter, crash] };
}
