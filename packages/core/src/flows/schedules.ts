import type { Flow } from './flow.ts';

/** Publishes each event of a schedule at its times, under an id that is the time's: once for all processes. */
export function startSchedules(
  flow: Flow,
  now: () => number,
  publish: (event: string, data: unknown, id: string) => void,
): readonly ReturnType<typeof setInterval>[] {
  return Object.entries(flow.schedules).map(([name, { event, everyMs, data }]) => {
    let last = Math.floor(now() / everyMs);
    return setInterval(
      () => {
        const tick = Math.floor(now() / everyMs);
        if (tick <= last) return;
        last = tick;
        publish(event, data(tick * everyMs), `${name}@${tick}`);
      },
      Math.min(everyMs, 1_000),
    );
  });
}
