import { type Fault, type FaultKind, faultKindsOf, type FaultTarget } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';

/** A fault of a storm. */
export type DrawnFault = Fault & { readonly id: string };

export const canHave = (target: FaultTarget, fault: FaultKind): boolean =>
  faultKindsOf(target).includes(fault);

/** What takes hardly any time, and leaves open what was done. */
export const sharpKinds: ReadonlySet<FaultKind> = new Set([
  'drop-response',
  'reset',
  'error',
  'hang',
]);

export const isProcess = ({ kind }: FaultTarget): boolean => kind === 'process';

/** What the faults of one storm are drawn from. */
export interface Drawing {
  readonly targets: readonly FaultTarget[];
  readonly kinds: readonly FaultKind[];
  /** Operations after which a process may crash. */
  readonly operations: readonly string[];
  /** From when on the load is at its highest. */
  readonly busyFromMs: number;
  /** When the last fault is over. */
  readonly untilMs: number;
}

export const canCrash = ({ kinds, targets }: Pick<Drawing, 'kinds' | 'targets'>): boolean =>
  kinds.includes('crash') && targets.some((target) => canHave(target, 'crash'));

/** Faults begin and end at multiples of this, in ms. */
export const gridMs = 500;

/** On the grid, not empty, and over in time. */
export const endOf = (fromMs: number, lengthMs: number, untilMs: number): number =>
  gridMs * Math.max(fromMs / gridMs + 1, Math.floor(Math.min(untilMs, fromMs + lengthMs) / gridMs));

/** So long, on the grid, while the load is high; what is too long for that ends with the faults. */
export function drawWhileBusy(
  { busyFromMs, untilMs }: Pick<Drawing, 'busyFromMs' | 'untilMs'>,
  lengthMs: number,
  random: Random,
): Pick<Fault, 'fromMs' | 'toMs'> {
  const first = Math.ceil(busyFromMs / gridMs);
  const last = Math.max(first, Math.floor((untilMs - lengthMs) / gridMs));
  const fromMs = gridMs * random.integer(first, last);
  return { fromMs, toMs: endOf(fromMs, lengthMs, untilMs) };
}

/**
 * Anywhere, but more often where there is something to strike; or while another fault lasts, or as it
 * ends: with what has piled up, and what is tried again.
 */
export function drawStart(
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

/** Which operation, and which share of what. */
export function whom(
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
    case 'corrupt':
    case 'partition':
      return { kind };
  }
}
