import { defineService } from '@firedrill/core/services';
import { defineChannel } from '@firedrill/core/services';
import { z } from 'zod';
import type { AlertNotice, Reading, WindowRow } from './site.ts';

/** What the world outside knows of the sensors and of what was made of their readings. */
export interface SensorTruth {
  /** Readings that were taken, by sensor; those of a wrong clock are not among them. */
  readonly taken: Map<string, Reading[]>;
  /** Spans of event time in which a sensor measures what is not so. */
  readonly planted: { readonly sensor: string; readonly fromMs: number; readonly toMs: number }[];
  /** The table of the time series, by window, sensor and start: the highest revision. */
  readonly rows: Map<string, WindowRow>;
  /** What the one on call was told, once for each id. */
  readonly pages: Map<string, AlertNotice>;
  /** Numbers that the sensors have used. */
  readonly numbers: Map<string, number>;
}

export const rowKey = ({ window, key, startMs }: Pick<WindowRow, 'window' | 'key' | 'startMs'>) =>
  `${window} ${key} ${startMs}`;

export type SensorServices = Pick<ReturnType<typeof createSensorServices>, 'table' | 'pager'>;

/** The table, the pager and the radio, which write down what reaches them. */
export function createSensorServices(truth: SensorTruth, stored: (row: WindowRow) => void) {
  const table = defineService({
    name: 'table',
    baseUrl: 'https://series.test',
    latency: { p50Ms: 20, p99Ms: 120 },
    operations: {
      put: {
        method: 'POST',
        path: '/rows',
        input: z.object({ rows: z.custom<readonly WindowRow[]>(Array.isArray) }),
        handle: ({ rows }) => {
          for (const row of rows) {
            const known = truth.rows.get(rowKey(row));
            if (known !== undefined && known.revision >= row.revision) continue;
            truth.rows.set(rowKey(row), row);
            stored(row);
          }
          return {};
        },
      },
    },
  });

  const pager = defineService({
    name: 'pager',
    baseUrl: 'https://pager.test',
    latency: { p50Ms: 50, p99Ms: 200 },
    operations: {
      page: {
        method: 'POST',
        path: '/pages',
        input: z.object({ id: z.string(), notice: z.custom<AlertNotice>() }),
        handle: ({ id, notice }) => {
          if (!truth.pages.has(id)) truth.pages.set(id, notice);
          return {};
        },
      },
    },
  });

  /** What the sensors send through: a fault that hangs here is a sensor without radio. */
  const radio = defineChannel<{ readonly sensor: string }>({
    name: 'radio',
    latency: { p50Ms: 20, p99Ms: 50 },
    keyOf: ({ sensor }) => sensor,
    keys: 'sensors',
  });
  return { table, pager, radio };
}
