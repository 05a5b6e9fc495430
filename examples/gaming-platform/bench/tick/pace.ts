/** Lets so much time pass on the wall clock. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Does something once a tick on the wall clock, so that caches are as cold as between the ticks of a game. */
export async function paced(
  { tickMs, warmUpTicks, ticks }: Pace,
  step: (tick: number) => void,
): Promise<void> {
  let dueMs = performance.now();
  for (let tick = -warmUpTicks; tick < ticks; tick += 1) {
    step(tick);
    dueMs += tickMs;
    await pause(Math.max(0, dueMs - performance.now()));
  }
}

export interface Pace {
  readonly tickMs: number;
  readonly warmUpTicks: number;
  readonly ticks: number;
}

/** What synchronous work took, in microseconds. */
export function tookUs(work: () => void): number {
  const begunMs = performance.now();
  work();
  return 1_000 * (performance.now() - begunMs);
}
