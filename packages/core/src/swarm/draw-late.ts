import type { QuietTime } from '../scenario/quiet-time.ts';
import type { Due } from '../scenario/scenario.ts';
import {
  type FaultKind,
  faultKindsOf,
  type FaultTarget,
  operationsOf,
  suggest,
} from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import { canHave, type DrawnFault, type Drawing, gridMs, strengthOf } from './draw-fault.ts';

/** So many of the storms have a fault after the load; so many of these are crashes. */
const lateShare = 0.5;
const crashingShare = 0.5;

/** Of the kinds that leave open what was done. */
const sharpKinds: ReadonlySet<FaultKind> = new Set(['drop-response', 'reset', 'error', 'hang']);

/**
 * In ms. What is due at a moment is struck by seconds or minutes, and what comes within minutes by minutes. What comes once an hour is struck by hours, but
 * for no longer than somebody tries who asks once an hour, five times.
 */
const shortLengthsMs = [1_000, 3_000, 10_000, 60_000] as const;
const momentLengthsMs = [10_000, 60_000, 600_000] as const;
const longerLengthsMs = [60_000, 600_000] as const;
const hoursMs = [3_600_000, 10_800_000] as const;

/** What is due within less than this is due at a moment, in ms. */
const momentMs = 3_600_000;

/** Which call a fault strikes, and when. */
interface Aim {
  readonly target: FaultTarget;
  readonly operation: string | undefined;
  readonly fromMs: number;
  readonly lengthMs: number;
}

/**
 * One fault after the load, when nobody comes any more, and what was promised is still due: files, retries,
 * reminders, holds that end, and what a system does while it is closed.
 *
 * @param durationMs length of the load
 * @throws RangeError for something due that takes an operation which there is not
 */
export function drawLate(
  { targets, kinds }: Pick<Drawing, 'targets' | 'kinds'>,
  { lengthMs, due }: QuietTime,
  durationMs: number,
  random: Random,
): readonly DrawnFault[] {
  const sharp = kinds.filter((kind) => sharpKinds.has(kind));
  const processes = targets.filter((target) => canHave(target, 'crash'));
  const canCrash = kinds.includes('crash') && processes.length > 0;
  const called = targets.filter(
    (target) => !canHave(target, 'crash') && sharp.some((kind) => canHave(target, kind)),
  );
  if (lengthMs < gridMs || !random.chance(lateShare)) return [];
  if (called.length === 0) return [];
  const { target, operation, ...aim } =
    due.length > 0 ? atWhatIsDue(random.pick(due)) : soonAfterTheLoad();
  const endMs = gridMs * Math.floor((durationMs + lengthMs) / gridMs);
  const firstMs = gridMs * Math.ceil(durationMs / gridMs);
  const fromMs = Math.min(
    endMs - gridMs,
    Math.max(firstMs, gridMs * Math.round(aim.fromMs / gridMs)),
  );
  const window = { id: 'late-1', fromMs, toMs: Math.min(endMs, fromMs + aim.lengthMs) };
  if (canCrash && random.chance(crashingShare)) {
    const after = operation === undefined ? target.name : `${target.name}.${operation}`;
    return [
      {
        ...window,
        kind: 'crash',
        service: random.pick(processes).name,
        ...(random.chance(due.length > 0 ? 0.75 : 0.5) &&
          target.operations.length > 0 && { after }),
      },
    ];
  }
  const kind = random.pick(sharp.filter((each) => faultKindsOf[target.kind].includes(each)));
  const strike = { ...window, service: target.name, ...(operation !== undefined && { operation }) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
  return [{ ...strike, ...strengthOf(kind, random) } as DrawnFault];

  function atWhatIsDue({ atMs, withinMs, operations }: Due): Aim {
    const name = random.pick(operations);
    const service = name.slice(0, name.indexOf('.'));
    const found = targets.find((each) => each.name === service);
    const isKnown = found?.operations.includes(name.slice(service.length + 1));
    if (found === undefined || isKnown !== true) {
      throw new RangeError(
        `Failed to strike what is due: the storm names "${name}". ${suggest(name, operationsOf(targets))}`,
      );
    }
    const isAtMoment = withinMs < momentMs;
    const length = random.pick(
      withinMs === 0 ? momentLengthsMs : isAtMoment ? longerLengthsMs : hoursMs,
    );
    // Shortly before what comes at its moment; else so that the time in which it comes is met.
    const earlyMs = isAtMoment ? 5_000 : length / 2;
    return {
      target: found,
      operation: found.operations.length > 1 ? name.slice(service.length + 1) : undefined,
      fromMs: random.pick(atMs) - earlyMs + random.next() * (withinMs + earlyMs / 2),
      lengthMs: length,
    };
  }

  /** At once, or whenever something may be due. */
  function soonAfterTheLoad(): Aim {
    const withinMs = random.chance(0.5) ? Math.min(lengthMs, 10_000) : lengthMs;
    return {
      target: random.pick(called.flatMap((each) => [each, ...each.operations.map(() => each)])),
      operation: undefined,
      fromMs: durationMs + random.next() * withinMs,
      lengthMs: random.pick(shortLengthsMs),
    };
  }
}
