/** Sizes that were found, or nothing when no size within reach will do. */
export interface PoolSize {
  readonly workers: number;
  readonly queueSize: number;
}

/** What the search asks of a size: each answer may cost a prediction or a replay. */
export interface SizeJudge {
  /** Whether few enough are dropped. Holds for every longer queue, and every larger pool. */
  readonly dropsFewEnough: (size: PoolSize) => boolean;
  /** Whether the wait is short enough. Holds for every shorter queue, and every larger pool. */
  readonly waitsShortEnough: (size: PoolSize) => boolean;
}

export interface SearchBounds {
  readonly leastWorkers: number;
  readonly mostWorkers: number;
  /** The queue that is wanted for bursts, if the targets allow it. */
  readonly preferredQueue: (workers: number) => number;
  /** Whether the queue may be longer than that, as there is a target for the wait to bound it. */
  readonly mayLengthen: boolean;
}

/**
 * Queue places for each worker beyond which the guide questions the architecture: such a queue only
 * puts drops off, and at full load a far longer one would let the search do with too few workers.
 */
const mostPlacesPerWorker = 4;

/**
 * The fewest workers that keep both targets, with the preferred queue if that keeps them, and
 * otherwise with the shortest queue that drops few enough. Doubling, then halving: some 2 log2
 * workers sizes are judged.
 */
export function smallestPool(judge: SizeJudge, bounds: SearchBounds): PoolSize | undefined {
  const { leastWorkers, mostWorkers } = bounds;
  const found = new Map<number, PoolSize | undefined>();
  const sizeFor = (workers: number): PoolSize | undefined => {
    if (!found.has(workers)) found.set(workers, sizeWith(workers, judge, bounds));
    return found.get(workers);
  };
  let low = leastWorkers - 1;
  let high = leastWorkers;
  for (let step = Math.ceil(leastWorkers / 8); sizeFor(high) === undefined; step *= 2) {
    if (high >= mostWorkers) return undefined;
    low = high;
    high = Math.min(mostWorkers, high + step);
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sizeFor(middle) === undefined) low = middle;
    else high = middle;
  }
  return sizeFor(high);
}

function sizeWith(workers: number, judge: SizeJudge, bounds: SearchBounds): PoolSize | undefined {
  const preferred = { workers, queueSize: bounds.preferredQueue(workers) };
  const isLongEnough = judge.dropsFewEnough(preferred);
  if (isLongEnough && judge.waitsShortEnough(preferred)) return preferred;
  // The shortest queue that drops few enough lies below the preferred one, or above it.
  let low = isLongEnough ? -1 : preferred.queueSize;
  let high = isLongEnough
    ? preferred.queueSize
    : Math.max(preferred.queueSize, mostPlacesPerWorker * workers);
  // A preferred queue that drops too much and already makes work wait too long has no remedy.
  if (!isLongEnough && !(bounds.mayLengthen && judge.waitsShortEnough(preferred))) {
    return undefined;
  }
  if (!isLongEnough && !judge.dropsFewEnough({ workers, queueSize: high })) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (judge.dropsFewEnough({ workers, queueSize: middle })) high = middle;
    else low = middle;
  }
  const size = { workers, queueSize: high };
  return judge.waitsShortEnough(size) ? size : undefined;
}
