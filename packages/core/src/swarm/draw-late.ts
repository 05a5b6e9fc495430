import type { QuietTime } from '../scenario/quiet-time.ts';
import type { Due } from '../scenario/scenario.ts';
import { type FaultTarget, operationsOf, suggest } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import { drawRelapse } from './draw-relapse.ts';
import {
  canHave,
  type DrawnFault,
  type Drawing,
  gridMs,
  sharpKinds,
  strengthOf,
} from './draw-fault.ts';

/** So many of the storms are struck after the load, and more where there are quiet days; so many of these by a crash. */
const lateShare = 0.5;
const quietShare = 0.75;
const crashingShare = 0.4;

/**
 * In ms. What is due at a moment is struck by seconds or minutes, and what comes within minutes by minutes. What comes
 * once an hour is struck by hours, but for no longer than somebody tries who asks once an hour, five times.
 */
const shortLengthsMs = [1_000, 3_000, 10_000, 60_000, 180_000] as const;
const momentLengthsMs = [10_000, 60_000, 600_000] as const;
const longerLengthsMs = [60_000, 600_000] as const;
const hoursMs = [7_200_000, 10_800_000] as const;

/** Nobody asks a process for longer that is away, in ms. */
const longestAwayMs = 60_000;

/** Every system may take so long to come to rest; and what was under way so long before a fault it excuses. */
const restMs = 120_000;
const underWayMs = 5_000;

/** What is due within less than this is due at a moment, in ms. */
const momentMs = 3_600_000;

const beforeDot = (name: string): string => name.slice(0, name.indexOf('.'));
const afterDot = (name: string): string => name.slice(name.indexOf('.') + 1);

/** Which call a fault strikes, at which services, and when. */
interface Aim {
  readonly struck: readonly FaultTarget[];
  readonly operation: string | undefined;
  readonly fromMs: number;
  readonly lengthMs: number;
}

/**
 * A fault after the load, of one call at every service that is named for it, when nobody comes any more, and what was
 * promised is still due: files, retries, reminders, holds that end, and what a system does while it is closed.
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
  if (lengthMs < gridMs || !random.chance(due.length > 0 ? quietShare : lateShare)) return [];
  if (called.length === 0) return [];
  const { struck, operation, ...aim } =
    due.length > 0 ? atWhatIsDue(random.pick(due)) : soonAfterTheLoad();
  const endMs = gridMs * Math.floor((durationMs + lengthMs) / gridMs);
  const firstMs = gridMs * Math.ceil(durationMs / gridMs);
  const fromMs = Math.min(
    endMs - gridMs,
    Math.max(firstMs, gridMs * Math.round(aim.fromMs / gridMs)),
  );
  const window = { fromMs, toMs: Math.min(endMs, fromMs + aim.lengthMs) };
  if (canCrash && random.chance(crashingShare)) {
    const { name, operations } = random.pick(struck);
    const after = operation === undefined ? name : `${name}.${operation}`;
    const awayMs = due.length > 0 ? aim.lengthMs : Math.min(aim.lengthMs, longestAwayMs);
    return [
      {
        id: 'late-1',
        fromMs,
        toMs: Math.min(endMs, fromMs + awayMs),
        kind: 'crash',
        service: random.pick(processes).name,
        ...(random.chance(due.length > 0 ? 0.75 : 0.5) && operations.length > 0 && { after }),
      },
    ];
  }
  const kind = random.pick(sharp.filter((each) => struck.every((target) => canHave(target, each))));
  const strength = strengthOf(kind, random);
  const late = struck.map(({ name }, index) => {
    const strike = {
      id: `late-${index + 1}`,
      ...window,
      service: name,
      ...(operation !== undefined && { operation }),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each kind with what it needs
    return { ...strike, ...strength } as DrawnFault;
  });
  const drawing = { targets, kinds };
  return [...late, ...drawRelapse(drawing, late, endMs, random.fork('relapse'), 'late-relapse')];

  function atWhatIsDue({ atMs, withinMs, operations }: Due): Aim {
    for (const name of operations) {
      if (operationsOf(targets).includes(name)) continue;
      throw new RangeError(
        `Failed to strike what is due: the storm names "${name}". ${suggest(name, operationsOf(targets))}`,
      );
    }
    const drawn = afterDot(random.pick(operations));
    const services = new Set(
      operations.filter((name) => afterDot(name) === drawn).map((name) => beforeDot(name)),
    );
    const isAtMoment = withinMs < momentMs;
    const length = random.pick(
      withinMs === 0 ? momentLengthsMs : isAtMoment ? longerLengthsMs : hoursMs,
    );
    // Shortly before what comes at its moment; else so that the time in which it comes is met.
    const earlyMs = isAtMoment ? 5_000 : length / 2;
    return {
      struck: targets.filter(({ name }) => services.has(name)),
      operation: drawn,
      fromMs: random.pick(atMs) - earlyMs + random.next() * (withinMs + earlyMs / 2),
      lengthMs: length,
    };
  }

  /** Soon, or whenever something may be due; where that is for long, when the last calls of the load are over. */
  function soonAfterTheLoad(): Aim {
    const calmMs = lengthMs > restMs ? underWayMs : 0;
    const withinMs = random.chance(0.5) ? 10_000 : lengthMs - calmMs;
    return {
      struck: [random.pick(called.flatMap((each) => [each, ...each.operations.map(() => each)]))],
      operation: undefined,
      fromMs: durationMs + calmMs + random.next() * withinMs,
      lengthMs: random.pick(shortLengthsMs),
    };
  }
}
