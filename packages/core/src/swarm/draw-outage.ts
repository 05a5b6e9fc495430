import { type FaultKind, faultKindsOf, type FaultTarget } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import {
  canCrash,
  canHave,
  type DrawnFault,
  type Drawing,
  drawWhileBusy,
  endOf,
  gridMs,
  isProcess,
  strengthOf,
} from './draw-fault.ts';

/** So many of the storms in which something has a second have an outage of the first; so many of the others, of any. */
const ofFirstShare = 0.3;
const ofAnyShare = 0.1;

/** So many outages have a crash in it. */
const crashingShare = 0.7;

/** What makes a system take another way, for as long as it lasts. */
const outageKinds: ReadonlySet<FaultKind> = new Set(['hang', 'error', 'drop-response']);

/** While it lasts, and as long again, much is excused: so it is seldom, and most are short. */
const lengthsMs = [20_000, 40_000, 60_000] as const;

/** Who has no other way waits: for longer than it tries at once, so that what it puts aside is seen. */
const waitingLengthsMs = [20_000, 60_000, 120_000] as const;

/** The process that crashes in an outage is up again after this, in ms. */
const crashMs = 5_000;

/**
 * Something is away, as a whole, while the load is high: so long that what takes its place is busy, or that whoever
 * needs it has put it aside. In many of these a process crashes as well, between two steps of what goes the one way or
 * the other.
 *
 * @param about what a switch of the storm is about, where it brings something
 * @param instead what it brings to take its place
 */
export function drawOutage(
  drawing: Drawing,
  about: readonly FaultTarget[],
  instead: readonly FaultTarget[],
  random: Random,
): readonly DrawnFault[] {
  const { targets, kinds, untilMs } = drawing;
  const possible = kinds.filter(
    (kind) => outageKinds.has(kind) && faultKindsOf({ kind: 'service' }).includes(kind),
  );
  const firsts = about.filter(isService);
  const hasFirst = firsts.length > 0;
  const services = hasFirst ? firsts : targets.filter(isService);
  if (services.length === 0 || possible.length === 0) return [];
  if (!random.chance(hasFirst ? ofFirstShare : ofAnyShare)) return [];
  const target = random.pick(services);
  const kind = random.pick(possible);
  const lengthMs = random.pick(hasFirst ? lengthsMs : waitingLengthsMs);
  const { fromMs, toMs } = drawWhileBusy(drawing, lengthMs, random);
  const outage = { id: 'outage-1', service: target.name, fromMs, toMs };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
  const away = { ...outage, ...strengthOf(kind, random) } as DrawnFault;
  if (!canCrash(drawing) || !random.chance(crashingShare)) return [away];
  const atMs = gridMs * random.integer(fromMs / gridMs, toMs / gridMs - 1);
  // A process that a switch brings has no operations.
  const seconds = instead.filter((each) => !isProcess(each));
  const next = random.pick(hasFirst ? [...firsts, ...seconds] : [target]);
  const crash: DrawnFault = {
    id: 'outage-2',
    kind: 'crash',
    service: random.pick(targets.filter((each) => isProcess(each) && canHave(each, 'crash'))).name,
    fromMs: atMs,
    toMs: endOf(atMs, crashMs, untilMs),
    after: `${next.name}.${random.pick(next.operations)}`,
  };
  return [away, crash];
}

const isService = ({ kind, operations }: FaultTarget): boolean =>
  kind === 'service' && operations.length > 0;
