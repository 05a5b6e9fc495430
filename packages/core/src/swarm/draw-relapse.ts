import type { FaultKind } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import {
  canCrash,
  canHave,
  type DrawnFault,
  type Drawing,
  endOf,
  gridMs,
  isProcess,
} from './draw-fault.ts';

/** So many of the storms in which something is away for a while have this; in so many of these a process crashes then. */
const relapseShare = 0.5;
const crashingShare = 0.3;

/** What takes a service away for as long as it lasts, so that something waits for its return. */
const awayKinds: ReadonlySet<FaultKind> = new Set([
  'hang',
  'error',
  'reset',
  'drop-response',
  'partition',
  'flap',
]);

/** Shorter ones are over before anything is put aside, in ms. */
const shortestAwayMs = 3_000;

/**
 * At most half as long as it was away: what is excused after a fault is excused already, see `scenario/excuse.ts`. And
 * no longer than this, in ms: most of what waited has been tried by then.
 */
const longestMs = 20_000;

/** Time of a call just after the return, with everything cold, in ms: some are below the limits of callers, some above. */
const latenciesMs = [300, 900, 900, 3_000] as const;

/** So many refuse besides, some of the calls or every other second. */
const refusingShare = 0.7;
const refusingKinds = ['error', 'flap', 'drop-response'] as const satisfies readonly FaultKind[];
const refusedShares = [0.2, 0.5] as const;

const everyOtherSecond = { periodMs: 3_000, downMs: 1_500 } as const;

/** How long a process is away that crashes then, in ms. */
const crashesMs = [500, 3_000] as const;

/**
 * What was away comes back by halves: it is slow, refuses some calls, or is away again every other second. So what was
 * put aside is worked off in trouble, while things go on changing; and a process may crash in the middle of that.
 *
 * @param before the faults of the storm of which one may have this
 * @param endMs when the last fault has to be over
 * @param name that the ids of these faults begin with
 */
export function drawRelapse(
  { targets, kinds }: Pick<Drawing, 'targets' | 'kinds'>,
  before: readonly DrawnFault[],
  endMs: number,
  random: Random,
  name: string,
): readonly DrawnFault[] {
  const all = before.filter(
    ({ kind, fromMs, toMs }) => awayKinds.has(kind) && toMs - fromMs >= shortestAwayMs,
  );
  if (all.length === 0 || !random.chance(relapseShare)) return [];
  const away = random.pick(all);
  const { service, operation, toMs: fromMs } = away;
  const target = targets.find((each) => each.name === service);
  const isPossible = (kind: FaultKind): boolean =>
    target !== undefined && !isProcess(target) && kinds.includes(kind) && canHave(target, kind);
  const lengthMs = Math.min(longestMs, (fromMs - away.fromMs) / 2, endMs - fromMs);
  if (!isPossible('slow') || lengthMs < gridMs) return [];
  const toMs = endOf(fromMs, lengthMs, endMs);
  const aim = { service, ...(operation !== undefined && { operation }), fromMs, toMs };
  const latency = { fixedMs: random.pick(latenciesMs) };
  const faults: DrawnFault[] = [{ id: `${name}-1`, kind: 'slow', ...aim, latency }];
  const refusing = refusingKinds.filter(isPossible);
  if (refusing.length > 0 && random.chance(refusingShare)) {
    const strike = { id: `${name}-2`, ...aim };
    const kind = random.pick(refusing);
    const share = random.pick(refusedShares);
    if (kind === 'flap') faults.push({ ...strike, kind, ...everyOtherSecond });
    else if (kind === 'error') faults.push({ ...strike, kind, status: 503, share });
    else faults.push({ ...strike, kind, share });
  }
  if (canCrash({ kinds, targets }) && random.chance(crashingShare)) {
    const atMs = gridMs * random.integer(fromMs / gridMs, toMs / gridMs - 1);
    faults.push({
      id: `${name}-3`,
      kind: 'crash',
      service: random.pick(targets.filter((each) => canHave(each, 'crash'))).name,
      fromMs: atMs,
      toMs: endOf(atMs, random.pick(crashesMs), endMs),
      ...(target !== undefined && target.operations.length > 0 && { after: service }),
    });
  }
  return faults;
}
