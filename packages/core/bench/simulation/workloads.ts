/** Work for the clock: each settles when all its timers have fired. */
export interface Workload {
  readonly title: string;
  readonly run: (timers: number) => Promise<void>;
}

const awaitsAfterTimer = 6;

/** One timer after the other, each at an instant of its own. */
function distinctInstants(timers: number): Promise<void> {
  return new Promise((resolve) => {
    let fired = 0;
    const next = (): void => {
      fired += 1;
      if (fired === timers) resolve();
      else setTimeout(next, 1);
    };
    setTimeout(next, 1);
  });
}

/** A hundred timers at each instant, set again as they fire. */
function sharedInstants(timers: number): Promise<void> {
  return new Promise((resolve) => {
    let left = timers;
    const next = (): void => {
      left -= 1;
      if (left === 0) resolve();
      else setTimeout(next, 1);
    };
    for (let i = 0; i < 100; i += 1) setTimeout(next, 1);
  });
}

/** A hundred clients at instants of their own, each awaiting six promises after its timer. */
async function promiseChains(timers: number): Promise<void> {
  await Promise.all(
    Array.from({ length: 100 }, async (_, client) => {
      for (let i = 0; i < timers / 100; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1 + client / 1000));
        for (let step = 0; step < awaitsAfterTimer; step += 1) await Promise.resolve();
      }
    }),
  );
}

/** Time-outs of 5 s that are set and cleared, as around every call of a healthy service. */
async function clearedTimeouts(timers: number): Promise<void> {
  for (let i = 0; i < timers; i += 1) {
    const timer = setTimeout(() => undefined, 5000);
    if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    clearTimeout(timer);
  }
}

export const workloads: readonly Workload[] = [
  { title: 'one timer at each instant', run: distinctInstants },
  { title: '100 timers at each instant', run: sharedInstants },
  { title: 'one timer, then 6 awaits, at each instant', run: promiseChains },
  { title: '5 s time-outs set and cleared', run: clearedTimeouts },
];
