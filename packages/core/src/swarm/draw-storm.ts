import { type Fault, type FaultKind, faultKindsOf, type FaultTarget } from '../services/index.ts';
import { createRandom, type Random } from '../simulation/index.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/** What storms may be made of. */
export interface SwarmSpace {
  /** What faults can strike, as the declarations say. */
  readonly targets: readonly FaultTarget[];
  /** Kinds that may be drawn. */
  readonly kinds: readonly FaultKind[];
  /** Settings of every storm. */
  readonly small: Readonly<Record<string, number>>;
  /** Settings that may be drawn, each with its lowest and highest whole value. */
  readonly settings: Readonly<Partial<Record<string, readonly [number, number]>>>;
  /** Settings that are on in some of the storms. Default: none. */
  readonly switches?: readonly string[];
}

/** A storm is short: what is wrong shows in minutes of virtual time, and every second is judged. */
const shortestMs = 300_000;
const longestMs = 480_000;

/** At the most: more than these at once, and everything is excused. */
const mostFaults = 5;

/** Each switch is on in so many of the storms: most storms have one or two on, and some none. */
const onShare = 0.2;

/** The last part of a storm is calm, so that it can be seen to recover. */
const calmShare = 0.5;

/**
 * Draws a storm: a pure function of the seed and the space. First which kinds are possible at all in
 * this run (swarm testing, Groce et al. 2012: a few on, the rest off), then how many faults, on what,
 * when and how strong; the load; and settings.
 */
export function drawStorm(
  seed: number,
  { targets, kinds, small, settings, switches = [] }: SwarmSpace,
): SwarmStorm {
  const random = createRandom(seed, 'swarm');
  const durationMs = 1_000 * random.integer(shortestMs / 1_000, longestMs / 1_000);
  const possible = kinds.filter((kind) => targets.some((target) => canHave(target, kind)));
  const on = pickSome(possible, random.fork('kinds'));
  const drawing = random.fork('faults');
  const count = drawing.integer(1, mostFaults);
  const faults = Array.from({ length: count }, (_, index) =>
    drawFault(`swarm-${index + 1}`, drawing, targets, on, durationMs * (1 - calmShare)),
  );
  const loads = random.fork('load');
  const shape = loads.chance(0.6) ? ('spike' as const) : ('constant' as const);
  const factor = shape === 'spike' ? loads.pick([0.1, 0.25, 0.5, 1]) : loads.pick([0.5, 1, 2]);
  return {
    seed,
    load: { shape, factor, durationMs },
    settings: {
      ...small,
      ...drawSettings(settings, random.fork('settings')),
      ...drawSwitches(switches, random.fork('switches')),
    },
    faults,
  };
}

const canHave = ({ kind }: FaultTarget, fault: FaultKind): boolean =>
  faultKindsOf[kind].includes(fault);

/** A few of the kinds; at least one. */
function pickSome(kinds: readonly FaultKind[], random: Random): readonly FaultKind[] {
  const share = random.pick([0.15, 0.3, 0.6]);
  const some = kinds.filter(() => random.chance(share));
  return some.length > 0 ? some : [random.pick(kinds)];
}

function drawSettings(
  settings: SwarmSpace['settings'],
  random: Random,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, range]) =>
      range !== undefined && random.chance(0.2) ? [[name, random.integer(range[0], range[1])]] : [],
    ),
  );
}

/** On is 1: a storm holds numbers alone. */
const drawSwitches = (
  switches: readonly string[],
  random: Random,
): Readonly<Record<string, number>> =>
  Object.fromEntries(switches.filter(() => random.chance(onShare)).map((name) => [name, 1]));

function drawFault(
  id: string,
  random: Random,
  targets: readonly FaultTarget[],
  kinds: readonly FaultKind[],
  untilMs: number,
): Fault & { readonly id: string } {
  const kind = random.pick(kinds);
  const target = random.pick(targets.filter((each) => canHave(each, kind)));
  const latestMs = untilMs - 2_000;
  const fromMs = 500 * random.integer(0, Math.floor(latestMs / 500));
  const lengthMs = random.pick([500, 1_000, 3_000, 10_000, 30_000, 60_000, 120_000]);
  const toMs = Math.min(untilMs, fromMs + lengthMs);
  const strike = {
    id,
    service: target.name,
    fromMs,
    toMs: 500 * Math.max(fromMs / 500 + 1, Math.floor(toMs / 500)),
    ...whom(target, random),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
  return { ...strike, ...strengthOf(kind, random) } as Fault & { readonly id: string };
}

/** Which operation, and which share of what. */
function whom(
  { kind, operations, keys }: FaultTarget,
  random: Random,
): Pick<Fault, 'operation' | 'share' | 'of'> {
  if (kind === 'process') return {};
  const operation =
    operations.length > 1 && random.chance(0.5) ? random.pick(operations) : undefined;
  const share = random.pick([1, 1, 0.5, 0.2, 0.05]);
  const isOfKeys = keys !== undefined && share < 1 && random.chance(0.5);
  return {
    ...(operation !== undefined && { operation }),
    ...(share < 1 && { share }),
    ...(isOfKeys && { of: 'keys' as const }),
  };
}

/** What a fault of this kind needs besides its place and time. */
// oxlint-disable-next-line typescript/consistent-return -- the switch knows every kind
export function strengthOf(kind: FaultKind, random: Random): object {
  switch (kind) {
    case 'error':
      return { kind, status: random.pick([500, 503, 429]) };
    case 'slow':
      return random.chance(0.5)
        ? { kind, factor: random.pick([3, 10, 50]) }
        : { kind, latency: { fixedMs: random.pick([300, 1_000, 3_000, 8_000]) } };
    case 'reset':
      return random.chance(0.3) ? { kind } : { kind, performed: random.chance(0.5) };
    case 'flap':
      return random.chance(0.5)
        ? { kind, periodMs: 5_000, downMs: 1_000 }
        : { kind, periodMs: 20_000, downMs: 10_000 };
    case 'duplicate':
      return { kind, copies: random.pick([1, 1, 3]) };
    case 'reorder':
      return { kind, delayMs: random.pick([500, 5_000, 20_000]) };
    case 'dribble':
      return { kind, forMs: random.pick([100, 1_000, 10_000]) };
    case 'clock':
      return { kind, byMs: random.pick([-30_000, -4_000, -500, 500, 4_000, 30_000]) };
    case 'hang':
    case 'drop-response':
    case 'cut':
    case 'crash':
      return { kind };
  }
}
