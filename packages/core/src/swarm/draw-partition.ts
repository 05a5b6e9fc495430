import type { FaultKind, FaultTarget } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import {
  canHave,
  type DrawnFault,
  type Drawing,
  drawStart,
  endOf,
  isProcess,
} from './draw-fault.ts';

/** Whether there is a network that may be split. */
export const canSplit = (targets: readonly FaultTarget[], kinds: readonly FaultKind[]): boolean =>
  kinds.includes('partition') && targets.some((target) => canHave(target, 'partition'));

/** The network is split between one process, or all, and one service, or all that is outside. */
export function drawPartition(
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
