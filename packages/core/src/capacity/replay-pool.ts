import { requireCount } from './checks.ts';

/** Recorded work, as two columns of equal length. */
export interface RecordedWork {
  /** Arrival times in ms, in order. */
  readonly atMs: Float64Array;
  /** How long each holds a worker, in ms. */
  readonly serviceMs: Float64Array;
}

export interface ReplayResult {
  readonly arrived: number;
  readonly dropped: number;
  readonly dropRatio: number;
  /** Of the admitted, in ms. */
  readonly meanWaitMs: number;
  readonly waitP50Ms: number;
  readonly waitP95Ms: number;
  readonly waitP99Ms: number;
  /** Wait of each arrival in ms; NaN where it was dropped. */
  readonly waitsMs: Float64Array;
}

/**
 * What a pool would have done with exactly this work: first come, first served, an arrival dropped
 * when all workers are busy and the queue is full. The recursion of Kiefer and Wolfowitz (1955), with
 * the moments at which workers become free in a heap: a million arrivals in about half a second.
 *
 * @throws RangeError for a size that is no pool, or columns of different lengths
 */
export function replayPool(
  work: RecordedWork,
  size: { readonly workers: number; readonly queueSize: number },
): ReplayResult {
  const { atMs, serviceMs } = work;
  const workers = requireCount('workers', size.workers, 1);
  const queueSize =
    size.queueSize === Infinity ? Infinity : requireCount('queueSize', size.queueSize, 0);
  if (atMs.length !== serviceMs.length) {
    throw new RangeError(
      `Failed to replay work: ${atMs.length} arrivals have ${serviceMs.length} service times. Give each arrival one.`,
    );
  }
  const freeAt = new Float64Array(workers);
  const waitsMs = new Float64Array(atMs.length);
  // Starts of the admitted, which are in order: those after now are the ones that wait.
  const starts = new Float64Array(atMs.length);
  let started = 0;
  let firstWaiting = 0;
  let sum = 0;
  for (let index = 0; index < atMs.length; index += 1) {
    const now = atMs[index] ?? 0;
    const earliest = freeAt[0] ?? 0;
    while (firstWaiting < started && (starts[firstWaiting] ?? 0) <= now) firstWaiting += 1;
    if (earliest > now && started - firstWaiting >= queueSize) {
      waitsMs[index] = Number.NaN;
      continue;
    }
    const start = Math.max(now, earliest);
    waitsMs[index] = start - now;
    sum += start - now;
    starts[started] = start;
    started += 1;
    replaceLeast(freeAt, start + (serviceMs[index] ?? 0));
  }
  return { ...summarise(waitsMs, started, sum), waitsMs };
}

/** Replaces the root of a binary heap, and restores its order. */
function replaceLeast(heap: Float64Array, value: number): void {
  const { length } = heap;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= length) break;
    if (child + 1 < length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1;
    const least = heap[child] ?? 0;
    if (least >= value) break;
    heap[at] = least;
    at = child;
  }
  heap[at] = value;
}

function summarise(
  waitsMs: Float64Array,
  admitted: number,
  sum: number,
): Omit<ReplayResult, 'waitsMs'> {
  const arrived = waitsMs.length;
  // A typed array is sorted with NaN last.
  const sorted = waitsMs.toSorted();
  const quantile = (share: number): number =>
    admitted === 0 ? 0 : (sorted[Math.max(0, Math.ceil(share * admitted) - 1)] ?? 0);
  return {
    arrived,
    dropped: arrived - admitted,
    dropRatio: arrived === 0 ? 0 : (arrived - admitted) / arrived,
    meanWaitMs: admitted === 0 ? 0 : sum / admitted,
    waitP50Ms: quantile(0.5),
    waitP95Ms: quantile(0.95),
    waitP99Ms: quantile(0.99),
  };
}
