import {
  type Fault,
  type FaultKind,
  faultKindsOf,
  type FaultTarget,
  operationsOf,
} from '../services/index.ts';
import { createRandom, type Random } from '../simulation/index.ts';
import { drawRounds } from './draw-rounds.ts';
import type { SwarmStorm } from './swarm-storm.ts';
import { united } from './united.ts';

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
  /** Settings that are on in some of the storms, each with what faults can strike then. Default: none. */
  readonly switches?: ReadonlyMap<string, readonly FaultTarget[]>;
  /** What a switch is about, by its name, besides what it brings. Default: nothing. */
  readonly aims?: Readonly<Partial<Record<string, readonly string[]>>>;
  /** Whether short strikes may meet besides, see {@link drawMoment}. Default: true. */
  readonly hasMoments?: boolean;
  /** Whether every storm has faults that go round as well, see {@link drawRounds}. Default: false. */
  readonly hasRounds?: boolean;
}

/** A storm is short: what is wrong shows in minutes of virtual time, and every second is judged. */
const shortestMs = 300_000;
const longestMs = 480_000;

/** At the most: more than these at once, and everything is excused. */
const mostFaults = 5;

type DrawnFault = Fault & { readonly id: string };

/** Each switch is on in so many of the storms: most storms have one or two on, and some none. */
const onShare = 0.3;

/** The last part of a storm is calm, so that it can be seen to recover. */
const calmShare = 0.5;

/**
 * Draws a storm: a pure function of the seed and the space. First the settings, and with them what there
 * is to strike; which kinds are possible at all in this run, and often on a few targets alone (swarm testing,
 * Groce et al. 2012: a few on, the rest off); then how many faults, on what, when and how strong; and the load.
 */
export function drawStorm(seed: number, space: SwarmSpace): SwarmStorm {
  const { targets: always, kinds, small, switches = new Map() } = space;
  const { aims = {}, hasMoments = true, hasRounds = false } = space;
  const random = createRandom(seed, 'swarm');
  const durationMs = 1_000 * random.integer(shortestMs / 1_000, longestMs / 1_000);
  const on = drawSwitches([...switches.keys()], random.fork('switches'));
  const all = united([always, ...Object.keys(on).map((name) => switches.get(name) ?? [])]);
  const targets = pickTargets(all, kinds, random.fork('targets'));
  const possible = kinds.filter(
    (kind) => kind !== 'partition' && targets.some((target) => canHave(target, kind)),
  );
  const loads = random.fork('load');
  const shape = loads.chance(0.6) ? ('spike' as const) : ('constant' as const);
  const factor = shape === 'spike' ? loads.pick([0.1, 0.25, 0.5, 1]) : loads.pick([0.5, 1, 2]);
  const drawn = pickSome(possible, random.fork('kinds'));
  const drawing: Drawing = {
    targets,
    kinds: drawn,
    operations: operationsOf(all),
    busyFromMs: shape === 'spike' ? durationMs / 4 : 0,
    untilMs: durationMs * (1 - calmShare),
  };
  const single = drawn.length > 0 ? withoutSums(drawFaults(drawing, random.fork('faults'))) : [];
  const partitions = random.fork('partitions');
  const isSplit = canSplit(all, kinds) && (drawn.length === 0 || partitions.chance(0.15));
  const faults = isSplit ? [...single, ...drawPartition(all, drawing, single, partitions)] : single;
  const usual = new Set(always.map(({ name }) => name));
  const aimedAt = new Set(Object.keys(on).flatMap((name) => aims[name] ?? []));
  const aimed = all.filter(({ name }) => !usual.has(name) || aimedAt.has(name));
  const moment = hasMoments
    ? drawMoment({ ...drawing, targets: all, kinds }, aimed, random.fork('moment'))
    : [];
  const rounds = hasRounds
    ? drawRounds(seed, { ...drawing, targets: all, kinds, strengthOf }, random.fork('rounds'))
    : [];
  return {
    seed,
    load: { shape, factor, durationMs },
    settings: {
      ...small,
      ...drawSettings(space.settings, random.fork('settings')),
      ...on,
    },
    faults: [...faults, ...rounds, ...moment],
  };
}

const canHave = ({ kind }: FaultTarget, fault: FaultKind): boolean =>
  faultKindsOf[kind].includes(fault);

const isProcess = ({ kind }: FaultTarget): boolean => kind === 'process';

/** In half of the storms a few targets take it all: what breaks by two faults of one service is seldom drawn else. */
function pickTargets(
  targets: readonly FaultTarget[],
  kinds: readonly FaultKind[],
  random: Random,
): readonly FaultTarget[] {
  const able = targets.filter((target) => kinds.some((kind) => canHave(target, kind)));
  const processes = able.filter(isProcess);
  const others = able.filter((target) => !isProcess(target));
  if (random.chance(0.5) || others.length === 0) return able;
  const few = Array.from({ length: random.integer(1, 3) }, () => random.pick(others));
  return [...few, ...(random.chance(0.5) ? processes : [])];
}

/** A few of the kinds; at least one. */
function pickSome(kinds: readonly FaultKind[], random: Random): readonly FaultKind[] {
  const share = random.pick([0.15, 0.3, 0.6]);
  const some = kinds.filter(() => random.chance(share));
  return some.length > 0 || kinds.length === 0 ? some : [random.pick(kinds)];
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

/** What the faults of one storm are drawn from. */
interface Drawing {
  readonly targets: readonly FaultTarget[];
  readonly kinds: readonly FaultKind[];
  /** Operations after which a process may crash. */
  readonly operations: readonly string[];
  /** From when on the load is at its highest. */
  readonly busyFromMs: number;
  /** When the last fault is over. */
  readonly untilMs: number;
}

const canCrash = ({ kinds, targets }: Drawing): boolean =>
  kinds.includes('crash') && targets.some((target) => canHave(target, 'crash'));

/**
 * Of faults of one clock at one time the first: together they would put it off by more than any of them
 * says, and nobody can write a limit for that.
 */
function withoutSums(faults: readonly DrawnFault[]): readonly DrawnFault[] {
  return faults.filter(
    ({ kind, service, fromMs, toMs }, index) =>
      kind !== 'clock' ||
      !faults
        .slice(0, index)
        .some(
          (before) =>
            before.kind === 'clock' &&
            before.service === service &&
            before.fromMs < toMs &&
            fromMs < before.toMs,
        ),
  );
}

function drawFaults(drawing: Drawing, random: Random): readonly DrawnFault[] {
  const count = random.integer(1, mostFaults);
  const faults: DrawnFault[] = [];
  for (let at = 1; at <= count; at += 1) {
    const fault = drawFault(`swarm-${at}`, random, drawing, faults);
    faults.push(fault);
    if (fault.kind === 'crash') faults.push(...drawMoreCrashes(fault, random, drawing));
  }
  if (!canCrash(drawing) || faults.some(({ kind }) => kind === 'crash')) return faults;
  // Of all kinds, a crash takes most along: where it is possible at all, it comes.
  const crash = drawFault(`swarm-${count + 1}`, random, { ...drawing, kinds: ['crash'] }, faults);
  return [...faults, crash, ...drawMoreCrashes(crash, random, drawing)];
}

const canSplit = (targets: readonly FaultTarget[], kinds: readonly FaultKind[]): boolean =>
  kinds.includes('partition') && targets.some((target) => canHave(target, 'partition'));

/** The network is split between one process, or all, and one service, or all that is outside. */
function drawPartition(
  all: readonly FaultTarget[],
  { busyFromMs, untilMs }: Drawing,
  before: readonly DrawnFault[],
  random: Random,
): readonly DrawnFault[] {
  const processes = all.filter(isProcess);
  const outside = all.filter((target) => !isProcess(target));
  const cutOff = processes.length > 0 && random.chance(0.5) ? random.pick(processes) : undefined;
  const fromMs = drawStart(random, busyFromMs, untilMs - 2_000, before);
  const toMs = endOf(fromMs, random.pick([500, 1_000, 3_000, 10_000, 30_000]), untilMs);
  const lost = random.chance(0.5) ? outside : [random.pick(outside)];
  return lost.map(({ name }, index) => ({
    id: `swarm-split-${index + 1}`,
    kind: 'partition',
    service: name,
    fromMs,
    toMs,
    ...(cutOff !== undefined && { process: cutOff.name }),
  }));
}

function drawFault(
  id: string,
  random: Random,
  { targets, kinds, operations, busyFromMs, untilMs }: Drawing,
  before: readonly DrawnFault[],
): DrawnFault {
  const kind = random.pick(kinds);
  const target = random.pick(targets.filter((each) => canHave(each, kind)));
  const fromMs = drawStart(random, busyFromMs, untilMs - 2_000, before);
  const lengthMs = random.pick([500, 1_000, 3_000, 10_000, 30_000, 60_000, 120_000]);
  const strike = {
    id,
    service: target.name,
    fromMs,
    toMs: endOf(fromMs, lengthMs, untilMs),
    ...whom(target, random),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
  return { ...strike, ...strengthOf(kind, random, operations) } as DrawnFault;
}

const gridMs = 500;

const endOf = (fromMs: number, lengthMs: number, untilMs: number): number =>
  gridMs * Math.max(fromMs / gridMs + 1, Math.floor(Math.min(untilMs, fromMs + lengthMs) / gridMs));

/**
 * Anywhere, but more often where there is something to strike; or while another fault lasts, or as it
 * ends: with what has piled up, and what is tried again.
 */
function drawStart(
  random: Random,
  busyFromMs: number,
  latestMs: number,
  before: readonly DrawnFault[],
): number {
  const firstMs = random.chance(0.7) ? busyFromMs : 0;
  const fromMs =
    gridMs * random.integer(Math.ceil(firstMs / gridMs), Math.floor(latestMs / gridMs));
  if (before.length === 0 || random.chance(0.5)) return fromMs;
  const other = random.pick(before);
  const nearMs = random.chance(0.5)
    ? gridMs * random.integer(other.fromMs / gridMs, other.toMs / gridMs)
    : other.toMs + gridMs * random.integer(0, 10);
  return Math.min(nearMs, gridMs * Math.floor(latestMs / gridMs));
}

/** What crashes once does so again, often as soon as it is up: the crashes that follow one, shortly after each other. */
function drawMoreCrashes(
  first: DrawnFault,
  random: Random,
  { operations, untilMs }: Drawing,
): readonly DrawnFault[] {
  const crashes: DrawnFault[] = [];
  const more = random.pick([0, 0, 2, 5]);
  let { toMs } = first;
  for (let at = 1; at <= more; at += 1) {
    const fromMs = toMs + gridMs * random.integer(1, 20);
    if (fromMs > untilMs - 2_000) break;
    toMs = endOf(fromMs, random.pick([500, 1_000, 3_000, 10_000]), untilMs);
    const crash = { id: `${first.id}-again-${at}`, service: first.service, fromMs, toMs };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a crash with what it needs
    crashes.push({ ...crash, ...strengthOf('crash', random, operations) } as DrawnFault);
  }
  return crashes;
}

/** So many of the storms have a moment in which short strikes meet; in so many of these something crashes. */
const momentShare = 0.75;
const crashingShare = 0.5;

/** So many of the strikes are on what a switch is about, where there is such a thing; and often on all of it. */
const aimedShare = 0.5;
const wholeShare = 0.6;

/** From the first strike of a moment to the last, at the most. */
const momentMs = 8_000;

/** What takes hardly any time, and leaves open what was done. */
const sharpKinds: ReadonlySet<FaultKind> = new Set(['drop-response', 'reset', 'error', 'hang']);

/**
 * A few short strikes at one moment, where the load is high: an answer is lost, who asks again is refused, and the
 * process crashes. What a switch is about is struck in half of the cases, and else the more often the more a service
 * can be asked for. Whatever else a storm has, this
 * it may have: what lasts so shortly excuses little.
 */
function drawMoment(
  drawing: Drawing,
  aimed: readonly FaultTarget[],
  random: Random,
): readonly DrawnFault[] {
  const { targets, kinds, operations, busyFromMs, untilMs } = drawing;
  if (!random.chance(momentShare)) return [];
  const atMs =
    gridMs *
    random.integer(Math.ceil(busyFromMs / gridMs), Math.floor((untilMs - momentMs) / gridMs));
  const isCrashing = canCrash(drawing) && random.chance(crashingShare);
  const sharp = kinds.filter(
    (kind) => sharpKinds.has(kind) && targets.some((target) => canHave(target, kind)),
  );
  const others = Array.from({ length: sharp.length > 0 ? random.integer(1, 3) : 0 }, () =>
    random.pick(sharp),
  );
  const drawn: readonly FaultKind[] = isCrashing ? ['crash', ...others] : others;
  return drawn.map((kind, index) => {
    const able = (some: readonly FaultTarget[]): readonly FaultTarget[] =>
      some.filter((target) => canHave(target, kind));
    const isAimed = random.chance(aimedShare) && able(aimed).length > 0;
    const target = isAimed
      ? random.pick(able(aimed))
      : random.pick(able(targets).flatMap((each) => [each, ...each.operations.map(() => each)]));
    const fromMs = atMs + gridMs * random.integer(0, 6);
    const strike = {
      id: `moment-${index + 1}`,
      service: target.name,
      fromMs,
      toMs: endOf(fromMs, random.pick([500, 1_000, 3_000, 5_000]), untilMs),
      ...(isAimed && random.chance(wholeShare) ? {} : whom(target, random)),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
    return { ...strike, ...strengthOf(kind, random, operations) } as DrawnFault;
  });
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

/** One operation, or any of its service: then mostly one that is called often. */
const afterWhat = (operation: string, random: Random): string =>
  random.chance(0.5) ? operation : operation.slice(0, operation.indexOf('.'));

/**
 * What a fault of this kind needs besides its place and time.
 *
 * @param operations those after which a process may crash. Default: none, and it crashes at its time.
 */
// oxlint-disable-next-line typescript/consistent-return -- the switch knows every kind
export function strengthOf(
  kind: FaultKind,
  random: Random,
  operations: readonly string[] = [],
): object {
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
    case 'crash':
      // The moment that matters is the one between what is done and its answer.
      return operations.length > 0 && random.chance(0.75)
        ? { kind, after: afterWhat(random.pick(operations), random) }
        : { kind };
    case 'hang':
    case 'drop-response':
    case 'cut':
    case 'partition':
      return { kind };
  }
}
