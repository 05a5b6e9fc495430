import { requireCount } from './checks.ts';
import type { PoolSize } from './smallest-pool.ts';

/** Recorded work, as two columns of equal length. */
export interface RecordedWork {
  /** Arrival times in ms, in order. */
  readonly atMs: Float64Array;
  /** How long each holds a worker, in ms. */
  readonly serviceMs: Float64Array;
}

/** What the arrivals met in a pool: counts, a ratio from 0 to 1, and waits in ms. */
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
 * when all workers are busy and the queue is full. A million arrivals take about half a second.
 *
 * @throws RangeError for a size that is no pool, or columns of different lengths
 */
export function replayPool(work: RecordedWork, size: PoolSize): ReplayResult {
  const waitsMs = new Float64Array(work.atMs.length);
  const { admitted = 0, waitedMs = 0 } = countReplay(work, size, { waitsMs }) ?? {};
  return { ...summarise(waitsMs, admitted, waitedMs), waitsMs };
}

/**
 * The same without the waits of each. The recursion of Kiefer and Wolfowitz (1955): the moments at
 * which workers become free stand in a heap, and the next task starts at the earliest of them.
 *
 * @param options.waitsMs to be filled in, if given; NaN where an arrival is dropped
 * @param options.mostDropped gives up, with undefined, as soon as more are dropped
 */
export function countReplay(
  { atMs, serviceMs }: RecordedWork,
  size: PoolSize,
  options: { readonly waitsMs?: Float64Array; readonly mostDropped?: number } = {},
): { readonly admitted: number; readonly waitedMs: number } | undefined {
  const { waitsMs, mostDropped = Infinity } = options;
  const queueSize =
    size.queueSize === Infinity ? Infinity : requireCount('queueSize', size.queueSize, 0);
  if (atMs.length !== serviceMs.length) {
    throw new RangeError(
      `Failed to replay work: ${atMs.length} arrivals have ${serviceMs.length} service times. ` +
        'Give each arrival one.',
    );
  }
  const freeAt = new Float64Array(requireCount('workers', size.workers, 1)).fill(-Infinity);
  // When the admitted start, which is in the order of their arrival: those after now still wait.
  const places = Math.min(queueSize, atMs.length) + 1;
  const starts = new Float64Array(places);
  let admitted = 0;
  let firstWaiting = 0;
  let waitedMs = 0;
  for (let index = 0; index < atMs.length; index += 1) {
    const now = atMs[index] ?? 0;
    const earliest = freeAt[0] ?? 0;
    while (firstWaiting < admitted && (starts[firstWaiting % places] ?? 0) <= now) {
      firstWaiting += 1;
    }
    if (earliest > now && admitted - firstWaiting >= queueSize) {
      if (index + 1 - admitted > mostDropped) return undefined;
      if (waitsMs !== undefined) waitsMs[index] = Number.NaN;
      continue;
    }
    const start = Math.max(now, earliest);
    if (waitsMs !== undefined) waitsMs[index] = start - now;
    waitedMs += start - now;
    starts[admitted % places] = start;
    admitted += 1;
    replaceLeast(freeAt, start + (serviceMs[index] ?? 0));
  }
  return { admitted, waitedMs };
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
  const sorted = waitsMs.toSorted();
  return {
    arrived,
    dropped: arrived - admitted,
    dropRatio: arrived === 0 ? 0 : (arrived - admitted) / arrived,
    meanWaitMs: admitted === 0 ? 0 : sum / admitted,
    waitP50Ms: quantileOf(sorted, admitted, 0.5),
    waitP95Ms: quantileOf(sorted, admitted, 0.95),
    waitP99Ms: quantileOf(sorted, admitted, 0.99),
  };
}

/**
 * The wait in ms that this share of the admitted does not exceed; 0 when nothing was admitted.
 *
 * @param waitsMs of a replay: NaN where an arrival was dropped
 */
export function waitQuantile(waitsMs: Float64Array, share: number): number {
  const sorted = waitsMs.toSorted();
  return quantileOf(sorted, sorted.findLastIndex((wait) => wait >= 0) + 1, share);
}

/** A typed array is sorted with NaN last. */
function quantileOf(sorted: Float64Array, admitted: number, share: number): number {
  return admitted === 0 ? 0 : (sorted[Math.max(0, Math.ceil(share * admitted) - 1)] ?? 0);
}
