import { NoModelError } from './errors.ts';
import { type Run, Stages } from './stages.ts';

/** A pool with a short queue, solved: weights that have any sum. */
export interface ShortSolution {
  /** `stages[s]`: an admitted task waits until s others have ended. */
  readonly stages: Float64Array;
  /** The weight of what is refused, because the queue is full. */
  readonly refused: number;
}

/** A pool solved: what is refused, and how long the rest waits. */
export interface LongSolution {
  readonly dropRatio: number;
  readonly stages: Stages;
}

/** Queues up to here are solved as they are. */
const leastQueue = 512;
/** Up to here the ends of a queue may reach; beyond, its middle must be geometric. */
const longestEnds = 1 << 17;
/** So far apart two ratios are compared. */
const apart = 16;
/** Weights below this share of the heaviest change nothing that is printed. */
const negligible = 1e-100;
/** What a double can tell of two such ratios, and 30 times as much. */
const sameRatio = 3e-14;

/**
 * Solves a queue of any length from a short one with the same ends.
 *
 * Between its ends the distribution of a queue is geometric, whatever its length: of the solutions z^k
 * of the balance equations only one carries no net flow (the other that does not die out from the ends
 * is z = 1, whose flow is what comes less what goes), and the rest die out from either end. So a longer
 * queue has the same ends and a longer middle. A short one shows the ends and the ratio; an endless
 * one has the lower end only. This holds at full load, where the usual iterations from the full end
 * take as many steps as the queue has places.
 *
 * @param solve solves a queue of this length
 * @param queueSize Infinity for an endless one, which needs a utilisation below 1
 */
export function solveLongQueue(
  solve: (queueSize: number) => ShortSolution,
  queueSize: number,
): LongSolution {
  for (let places = leastQueue; ; places *= 2) {
    if (queueSize <= places) {
      const { stages, refused } = solve(queueSize);
      return summed([{ values: stages }], refused);
    }
    const short = solve(places);
    const middle = geometricMiddle(short);
    if (middle !== undefined) return lengthened(short, middle, queueSize - places);
    if (places >= longestEnds) {
      throw new NoModelError(
        `the queue of ${queueSize} places has ends that reach over more than ${places} of them`,
        'Use a shorter queue, or run the pool in a simulation.',
      );
    }
  }
}

interface Middle {
  /** Where the short queue is cut open, and its middle put in. */
  readonly at: number;
  readonly logRatio: number;
}

/** Undefined when the ends still meet. */
function geometricMiddle({ stages, refused }: ShortSolution): Middle | undefined {
  const last = stages.length - 1;
  const grows = Math.max(stages[last] ?? 0, refused) > (stages[1] ?? 0);
  const most = Math.max(stages[1] ?? 0, stages[last] ?? 0);
  const at = Math.floor(last / 2);
  // So light a load, or so heavy, that only one of the ends counts.
  if ((stages[at] ?? 0) <= negligible * most) {
    return { at, logRatio: grows ? Infinity : -Infinity };
  }
  const here = logRatioOf(stages, at);
  const below = logRatioOf(stages, at - apart);
  const above = logRatioOf(stages, at + apart);
  const scale = Math.max(1, Math.abs(here));
  const isSame = Math.abs(here - below) + Math.abs(here - above) < sameRatio * scale;
  return isSame ? { at, logRatio: here } : undefined;
}

/** Of one weight over the one before, in the mean over some of them: rounding errors average out. */
function logRatioOf(stages: Float64Array, at: number): number {
  return Math.log((stages[at + apart] ?? 0) / (stages[at] ?? 0)) / apart;
}

function lengthened(
  { stages, refused }: ShortSolution,
  { at, logRatio }: Middle,
  more: number,
): LongSolution {
  const lower = stages.slice(0, at + 1);
  const edge = stages[at] ?? 0;
  if (more === Infinity) {
    return summed(
      [{ values: lower }, { largest: edge * Math.exp(logRatio), logRatio, count: more }],
      0,
    );
  }
  // The heavier end keeps its weights, and the other is scaled down.
  const growth = more * logRatio;
  const lowerScale = growth > 0 ? Math.exp(-growth) : 1;
  const upperScale = growth > 0 ? 1 : Math.exp(growth);
  const runs: Run[] = [
    { values: lower.map((weight) => weight * lowerScale) },
    {
      largest: growth > 0 ? edge : edge * Math.exp(logRatio),
      logRatio,
      count: more,
    },
    { values: stages.slice(at + 1).map((weight) => weight * upperScale) },
  ];
  return summed(runs, refused * upperScale);
}

function summed(runs: readonly Run[], refused: number): LongSolution {
  const stages = new Stages(runs);
  return { dropRatio: refused / (stages.total + refused), stages };
}
