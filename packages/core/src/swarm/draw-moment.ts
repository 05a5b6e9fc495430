import { type FaultTarget, operationsOf } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import {
  canCrash,
  canHave,
  type DrawnFault,
  type Drawing,
  endOf,
  gridMs,
  sharpKinds,
  strengthOf,
  whom,
} from './draw-fault.ts';

/** So many of the storms have a moment in which short strikes meet; in so many of these something crashes. */
const momentShare = 0.75;
const crashingShare = 0.5;

/** So many of the strikes are on what a switch is about, where there is such a thing; and often on all of it. */
const aimedShare = 0.5;
const wholeShare = 0.6;

/** So many of those that come after the first one are on the same service; of crashes, behind one of its operations. */
const followingShare = 0.6;

/** From the first strike of a moment to the last, at the most. */
const momentMs = 8_000;

/**
 * A few short strikes at one moment, where the load is high: an answer is lost, who asks again is refused, and the
 * process crashes. Most strikes follow the first one to its service, so that a look-up, an undo or a repetition meets
 * trouble, too. What a switch is about is struck in half of the cases, and else a service the more often the more
 * it can be asked for. Whatever else a storm has, this it may have: what lasts so shortly excuses little.
 *
 * @param aimed what a switch of the storm is about
 */
export function drawMoment(
  drawing: Drawing,
  aimed: readonly FaultTarget[],
  random: Random,
): readonly DrawnFault[] {
  const { targets, kinds, operations, busyFromMs, untilMs } = drawing;
  if (!random.chance(momentShare)) return [];
  const atMs =
    gridMs *
    random.integer(Math.ceil(busyFromMs / gridMs), Math.floor((untilMs - momentMs) / gridMs));
  const endMs = Math.min(untilMs, atMs + momentMs);
  const isCrashing = canCrash(drawing) && random.chance(crashingShare);
  const sharp = kinds.filter(
    (kind) => sharpKinds.has(kind) && targets.some((target) => canHave(target, kind)),
  );
  const others = Array.from({ length: sharp.length > 0 ? random.integer(1, 3) : 0 }, () =>
    random.pick(sharp),
  );
  const strikes: DrawnFault[] = [];
  let first: FaultTarget | undefined;
  for (const kind of isCrashing ? [...others, 'crash' as const] : others) {
    const able = (some: readonly FaultTarget[]): readonly FaultTarget[] =>
      some.filter((target) => canHave(target, kind));
    const before = strikes[0];
    const isFollowing = before !== undefined && random.chance(followingShare);
    const [again] = isFollowing && first !== undefined ? able([first]) : [];
    const isAimed = random.chance(aimedShare) && able(aimed).length > 0;
    const target =
      again ??
      (isAimed
        ? random.pick(able(aimed))
        : random.pick(able(targets).flatMap((each) => [each, ...each.operations.map(() => each)])));
    first ??= target;
    // While the first one lasts, or just after it: who asks then what became of a call meets this.
    const fromMs = isFollowing
      ? gridMs *
        random.integer(
          before.fromMs / gridMs,
          Math.min(before.toMs / gridMs + 2, Math.floor(endMs / gridMs) - 1),
        )
      : atMs + gridMs * random.integer(0, 6);
    const isWhole = (isAimed || again !== undefined) && random.chance(wholeShare);
    const strike = {
      id: `moment-${strikes.length + 1}`,
      service: target.name,
      fromMs,
      toMs: endOf(fromMs, random.pick([500, 1_000, 3_000, 5_000]), endMs),
      ...(isWhole ? {} : whom(target, random)),
    };
    const behind = isFollowing && first !== undefined ? operationsOf([first]) : [];
    const strength = strengthOf(kind, random, behind.length > 0 ? behind : operations);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
    strikes.push({ ...strike, ...strength } as DrawnFault);
  }
  return strikes;
}
