import type { QuietTime } from '../scenario/quiet-time.ts';
import { type FaultKind, type FaultTarget, operationsOf } from '../services/index.ts';
import { createRandom, type Random } from '../simulation/index.ts';
import {
  canCrash,
  canHave,
  type DrawnFault,
  type Drawing,
  drawStart,
  endOf,
  gridMs,
  isProcess,
  strengthOf,
  whom,
} from './draw-fault.ts';
import { drawKeyed } from './draw-keyed.ts';
import { drawLate } from './draw-late.ts';
import { drawMoment } from './draw-moment.ts';
import { drawOutage } from './draw-outage.ts';
import { canSplit, drawPartition } from './draw-partition.ts';
import { drawRelapse } from './draw-relapse.ts';
import { drawRounds } from './draw-rounds.ts';
import { drawStale } from './draw-stale.ts';
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
  /** Settings of every storm, whatever is drawn. Default: none. */
  readonly given?: Readonly<Record<string, number>>;
  /** Settings that may be drawn, each with its lowest and highest whole value. */
  readonly settings: Readonly<Partial<Record<string, readonly [number, number]>>>;
  /** Settings that are on in some of the storms, each with what faults can strike then. Default: none. */
  readonly switches?: ReadonlyMap<string, readonly FaultTarget[]>;
  /** What a switch is about, by its name, besides what it brings. Default: nothing. */
  readonly aims?: Readonly<Partial<Record<string, readonly string[]>>>;
  /** Pairs of switches that are never on together: of two that are drawn, the first one is. Default: none. */
  readonly apart?: readonly (readonly [string, string])[];
  /** What is struck more often in a moment, and by late requests, whatever is on. Default: nothing. */
  readonly often?: readonly string[];
  /**
   * Whether short strikes may meet besides, see {@link drawMoment}, and outages and late requests come, see
   * {@link drawOutage}, {@link drawKeyed} and {@link drawStale}, and relapses, see {@link drawRelapse}. Default: true.
   */
  readonly hasMoments?: boolean;
  /** Whether every storm has faults that go round as well, see {@link drawRounds}. Default: false. */
  readonly hasRounds?: boolean;
  /** What comes after the load, for the settings of a storm; see {@link drawLate}. Default: nothing. */
  readonly quietTime?: (settings: Readonly<Record<string, number>>) => QuietTime;
}

/** A storm is short: what is wrong shows in minutes of virtual time, and every second is judged. */
const shortestMs = 300_000;
const longestMs = 480_000;

/**
 * At the most: more than these, and everything is excused. Where all that there is can be counted on one hand, each
 * of them strikes what everybody needs, and there are fewer.
 */
const mostFaults = 5;
const mostFor = ({ length }: readonly FaultTarget[]): number => Math.min(mostFaults, length + 1);

/** In ms. Long ones are seldom, as each excuses its own length and as long again. */
const lengthsMs = [
  500, 1_000, 3_000, 3_000, 10_000, 10_000, 20_000, 30_000, 60_000, 60_000,
] as const;

/** A storm holds numbers alone. */
const switchedOn = 1;

/** Each switch is on in so many of the storms: most storms have one or two on, and some none. */
const onShare = 0.3;

/** The last part of a storm is calm, so that it can be seen to recover. */
const calmShare = 0.5;

/**
 * Draws a storm: a pure function of the seed and the space. First the settings, and with them what there
 * is to strike; which kinds are possible at all in this run, and often on a few targets alone (swarm testing,
 * Groce et al. 2012: a few on, the rest off); then how many faults, on what, when and how strong; and the load.
 * Beside them, each from a stream of its own: a network that is split, rounds, a moment in which short strikes meet,
 * an outage, one of some keys, requests that come late, what comes back by halves, and a fault after the load.
 */
export function drawStorm(seed: number, space: SwarmSpace): SwarmStorm {
  const { targets: always, kinds, small, switches = new Map() } = space;
  const {
    aims = {},
    apart = [],
    often = [],
    given = {},
    hasMoments = true,
    hasRounds = false,
  } = space;
  const random = createRandom(seed, 'swarm');
  const durationMs = 1_000 * random.integer(shortestMs / 1_000, longestMs / 1_000);
  const on = Object.fromEntries(
    withoutRivals(drawSwitches([...switches.keys()], random.fork('switches')), apart).flatMap(
      (name) => (Object.hasOwn(given, name) ? [] : [[name, switchedOn] as const]),
    ),
  );
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
  const single =
    drawn.length > 0 ? withoutSums(drawFaults(drawing, mostFor(all), random.fork('faults'))) : [];
  const usual = new Set(always.map(({ name }) => name));
  const aimedAt = new Set([...often, ...Object.keys(on).flatMap((name) => aims[name] ?? [])]);
  // What a switch is about, where it brings something that takes its place.
  const replaceable = new Set(
    Object.keys(on).flatMap((name) =>
      switches.get(name)?.some((target: FaultTarget) => !usual.has(target.name)) === true
        ? (aims[name] ?? [])
        : [],
    ),
  );
  const replaced = all.filter(({ name }) => replaceable.has(name));
  const brought = all.filter(({ name }) => !usual.has(name));
  const aimed = all.filter(({ name }) => !usual.has(name) || aimedAt.has(name));
  const whole: Drawing = { ...drawing, targets: all, kinds };
  const keyed = hasMoments ? drawKeyed(whole, random.fork('keyed')) : [];
  const stale = hasMoments ? drawStale(whole, aimed, random.fork('stale')) : [];
  const moment = hasMoments ? drawMoment(whole, aimed, random.fork('moment')) : [];
  const outage = hasMoments ? drawOutage(whole, replaced, brought, random.fork('outage')) : [];
  const rounds = hasRounds ? drawRounds(seed, whole, random.fork('rounds')) : [];
  const partitions = random.fork('partitions');
  const isSplit = canSplit(all, kinds) && (drawn.length === 0 || partitions.chance(0.15));
  const partition = isSplit ? drawPartition(all, drawing, single, partitions) : [];
  // Each of these takes the place of a fault: of a database that everybody needs they excuse as much.
  const others = single.slice([keyed, stale, outage].filter(({ length }) => length > 0).length);
  const relapse = hasMoments
    ? drawRelapse(whole, [...others, ...outage], drawing.untilMs, random.fork('relapse'), 'relapse')
    : [];
  const settings = {
    ...small,
    ...drawSettings(space.settings, random.fork('settings')),
    ...on,
    ...given,
  };
  const quiet = space.quietTime?.(settings);
  const late =
    quiet === undefined
      ? []
      : drawLate({ targets: all, kinds }, quiet, durationMs, random.fork('quiet'));
  return {
    seed,
    load: { shape, factor, durationMs },
    settings,
    faults: [
      ...others,
      ...partition,
      ...rounds,
      ...moment,
      ...outage,
      ...keyed,
      ...stale,
      ...relapse,
      ...late,
    ],
  };
}

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

const drawSwitches = (switches: readonly string[], random: Random): readonly string[] =>
  switches.filter(() => random.chance(onShare));

/** Of two that are never on together, the first one. */
const withoutRivals = (
  names: readonly string[],
  apart: readonly (readonly [string, string])[],
): readonly string[] =>
  names.filter(
    (name, at) =>
      !names
        .slice(0, at)
        .some((first) => apart.some((pair) => pair.includes(name) && pair.includes(first))),
  );

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

function drawFaults(drawing: Drawing, most: number, random: Random): readonly DrawnFault[] {
  const count = random.integer(1, most);
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

function drawFault(
  id: string,
  random: Random,
  { targets, kinds, operations, busyFromMs, untilMs }: Drawing,
  before: readonly DrawnFault[],
): DrawnFault {
  const kind = random.pick(kinds);
  const target = random.pick(targets.filter((each) => canHave(each, kind)));
  const fromMs = drawStart(random, busyFromMs, untilMs - 2_000, before);
  const lengthMs = random.pick(lengthsMs);
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
