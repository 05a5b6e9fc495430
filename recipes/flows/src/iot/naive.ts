import { type Client, withTimeout } from '@firedrill/core/services';
import { siteOptions } from './house-rules.ts';
import type { SensorServices } from './services.ts';
import type { Reading, WindowRow } from './site.ts';

type Outside = {
  readonly [Name in keyof SensorServices]: Client<SensorServices[Name]['operations']>;
};

/**
 * Windows of what has come so far: the time of arrival closes them, what comes after that opens them
 * once more from nothing, and what comes twice counts twice. Whatever is three deviations from the
 * mean of all values rings, each time.
 */
export function naiveSite({ table, pager }: Outside, now: () => number) {
  const open = new Map<string, WindowRow>();
  const history = new Map<string, { count: number; sum: number; squares: number }>();
  const pending = new Set<Promise<unknown>>();
  let pages = 0;
  let revisions = 0;

  const inBackground = (work: Promise<unknown>): void => {
    const done = work.catch(() => {}).finally(() => pending.delete(done));
    pending.add(done);
  };

  function judge(sensor: string, { value, eventMs }: Reading): void {
    const all = history.get(sensor) ?? { count: 0, sum: 0, squares: 0 };
    const mean = all.sum / all.count;
    const deviation = Math.sqrt(Math.max(0, all.squares / all.count - mean ** 2));
    if (all.count > 10 && Math.abs(value - mean) > 3 * deviation) {
      pages += 1;
      const notice = { sensor, what: 'raise', eventMs, value } as const;
      inBackground(withTimeout(pager, 800).page({ id: `page-${pages}`, notice }));
    }
    history.set(sensor, {
      count: all.count + 1,
      sum: all.sum + value,
      squares: all.squares + value ** 2,
    });
  }

  return {
    take(sensor: string, readings: readonly Reading[]): void {
      for (const reading of readings) {
        judge(sensor, reading);
        for (const window of ['tumbling', 'sliding'] as const) {
          const { sizeMs, everyMs } = siteOptions.windows[window];
          const newest = Math.floor(reading.eventMs / everyMs) * everyMs;
          for (let startMs = newest; startMs > reading.eventMs - sizeMs; startMs -= everyMs) {
            const name = `${window} ${sensor} ${startMs}`;
            const row = open.get(name);
            open.set(name, {
              window,
              key: sensor,
              startMs,
              endMs: startMs + sizeMs,
              count: (row?.count ?? 0) + 1,
              sum: (row?.sum ?? 0) + reading.value,
              min: Math.min(row?.min ?? Infinity, reading.value),
              max: Math.max(row?.max ?? -Infinity, reading.value),
              revision: 0,
            });
          }
        }
      }
      const rows = [...open.values()].filter(({ endMs }) => endMs <= now());
      if (rows.length === 0) return;
      for (const row of rows) open.delete(`${row.window} ${row.key} ${row.startMs}`);
      revisions += 1;
      const put = rows.map((row) => ({ ...row, revision: revisions }));
      inBackground(withTimeout(table, 800).put({ rows: put }));
    },
    async onIdle(): Promise<void> {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
