import type { Fault, FaultKind, FaultTarget } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import {
  canHave,
  type DrawnFault,
  type Drawing,
  gridMs,
  isProcess,
  strengthOf,
} from './draw-fault.ts';

/** A process crashes, and a network is split, by other rules: what strikes everything excuses everything. */
const onceKinds: ReadonlySet<FaultKind> = new Set(['crash', 'partition']);

/** Long enough that what is called often is called meanwhile; longer ones excuse too much. */
const longMs = [5_000, 10_000, 20_000] as const;
/** Of the second fault, which comes in the middle of the first. */
const shortMs = [2_000, 5_000] as const;

/**
 * Faults that are not left to chance. With each seed it is the next service's turn, with the next kind: so as
 * many seeds in a row as there are services strike each of them, and no pair of service and kind comes twice
 * before all have come. Into the middle of that comes one on another service. Crashes are left to the moments in which short strikes meet.
 */
export function drawRounds(seed: number, drawing: Drawing, random: Random): readonly DrawnFault[] {
  const { targets, kinds, busyFromMs, untilMs } = drawing;
  const kindsFor = (target: FaultTarget): readonly FaultKind[] =>
    kinds.filter((kind) => !onceKinds.has(kind) && canHave(target, kind));
  const services = targets.filter((target) => !isProcess(target) && kindsFor(target).length > 0);
  const faults: DrawnFault[] = [];

  function strike(id: string, turn: number, nthKind: number, fromMs: number, lengthMs: number) {
    const target = services[turn % services.length];
    if (target === undefined) return;
    const possible = kindsFor(target);
    const kind = possible[nthKind % possible.length] ?? random.pick(possible);
    const { operations } = target;
    const operation =
      operations.length > 1 && random.chance(0.5) ? random.pick(operations) : undefined;
    const share = random.pick([1, 1, 0.5]);
    const aim = {
      id,
      service: target.name,
      ...span(fromMs, lengthMs, untilMs),
      ...(operation !== undefined && { operation }),
      ...(share < 1 && { share }),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
    faults.push({ ...aim, ...strengthOf(kind, random) } as DrawnFault);
  }

  const turn = services.length === 0 ? 0 : seed % services.length;
  const round = services.length === 0 ? 0 : Math.floor(seed / services.length);
  const firstMs = random.pick(longMs);
  const fromMs = busyFromMs + random.next() * Math.max(0, untilMs - busyFromMs - firstMs);
  strike('round-1', turn, turn + round, fromMs, firstMs);
  const secondMs = random.pick(shortMs);
  const besideMs = fromMs + random.next() * firstMs;
  strike('round-2', turn + 1 + round, random.integer(0, 99), besideMs, secondMs);
  return faults;
}

/** On the grid, not empty, and over in time. */
function span(fromMs: number, lengthMs: number, untilMs: number): Pick<Fault, 'fromMs' | 'toMs'> {
  const last = Math.floor(untilMs / gridMs);
  const from = Math.min(Math.round(fromMs / gridMs), last - 1);
  const to = Math.min(last, from + Math.max(1, Math.round(lengthMs / gridMs)));
  return { fromMs: gridMs * from, toMs: gridMs * to };
}
