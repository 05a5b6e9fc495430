/** A row of the result. `measured` is better the higher or the lower it is, as `must` says. */
export interface Row {
  readonly what: string;
  /** What is compared: the larger store or Firedrill first, then the other. Units as in `what`. */
  readonly figures: Readonly<Record<string, number>>;
  /** Median of the ratios of the rounds, or the ratio of the medians where samples are no pairs. */
  readonly ratio: number;
  /** Bounds of the ratio; `undefined` for a row that only informs. */
  readonly goal: { readonly min: number } | { readonly max: number } | undefined;
}

export type Report = (done: number, all: number) => void;

export const payload = { orderId: 'o-1', cents: 4_200, items: ['a', 'b', 'c'] };

export async function ratePerSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  return (count * 1_000) / (await durationMs(work));
}

export async function durationMs(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export function isMet({ ratio, goal }: Row): boolean {
  if (goal === undefined) return true;
  return 'min' in goal ? ratio >= goal.min : ratio <= goal.max;
}

/** Runs `work` on all items, so many at once. */
export async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
