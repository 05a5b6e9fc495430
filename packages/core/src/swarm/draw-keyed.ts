import type { FaultKind, FaultTarget } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import { canHave, type DrawnFault, type Drawing, drawWhileBusy, strengthOf } from './draw-fault.ts';

/** So many of the storms in which a service is called with keys have some of these in trouble. */
const keyedShare = 0.2;

/** What happens to a merchant, a shard or a member; most hang, and hold what everybody shares. */
const keyedKinds = ['hang', 'hang', 'slow', 'error'] as const satisfies readonly FaultKind[];

/** Of the keys; a few, as most of them are to be well. */
const shares = [0.05, 0.1, 0.2, 0.4] as const;

const lengthsMs = [10_000, 10_000, 20_000, 60_000] as const;

/**
 * Some keys of one service are in trouble for a while, when the load is high and all others are well: whoever is sick
 * must not take the workers, the queues and the budgets of the well.
 */
export function drawKeyed(drawing: Drawing, random: Random): readonly DrawnFault[] {
  const { targets, kinds } = drawing;
  const possible = keyedKinds.filter((kind) => kinds.includes(kind));
  const isKeyed = (target: FaultTarget): boolean =>
    target.keys !== undefined && possible.some((kind) => canHave(target, kind));
  const keyed = targets.filter(isKeyed);
  if (keyed.length === 0 || !random.chance(keyedShare)) return [];
  const target = random.pick(keyed);
  const kind = random.pick(possible.filter((each) => canHave(target, each)));
  const aim = {
    id: 'keyed-1',
    service: target.name,
    ...drawWhileBusy(drawing, random.pick(lengthsMs), random),
    share: random.pick(shares),
    of: 'keys' as const,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
  return [{ ...aim, ...strengthOf(kind, random) } as DrawnFault];
}
