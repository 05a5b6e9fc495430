import { describe, expect, it } from 'vitest';
import {
  pickColumns,
  statusColumns,
  StatusWindow,
  statusEveryMs,
  statusHeading,
} from './status.ts';
import { StatusPrinter } from './status-printer.ts';
import { paymentRun } from '../fixtures/payment-run.ts';

describe('statusEveryMs', () => {
  it.each([
    [2_700_000, 180_000],
    [60_000, 5_000],
    [86_400_000, 7_200_000],
  ])('a phase of %d ms gets a row every %d ms', (durationMs, everyMs) => {
    expect(statusEveryMs(durationMs)).toBe(everyMs);
  });
});

it('a heading names each chart over its series, whole, however narrow they are', () => {
  const charts = [
    { id: 'rate', title: 'Payments', unit: 'per-second', scale: 'linear' },
    { id: 'latency', title: 'Latency of a payment', unit: 'ms', scale: 'log' },
  ] as const;
  const series = [
    { name: 'arrivals', label: 'arrivals', unit: 'per-second', chart: 'rate' },
    { name: 'completed', label: 'completed', unit: 'per-second', chart: 'rate' },
    { name: 'p99Ms', label: 'p99', unit: 'ms', chart: 'latency' },
  ] as const;
  const heading = statusHeading(statusColumns(series, charts), charts);
  expect(heading.map((line) => line.trimEnd())).toEqual([
    '                       Latency',
    '                       of a',
    '  Payments ──────────  payment',
    '  arrivals  completed       p99',
  ]);
});

describe('a row of figures', () => {
  const series = [
    { name: 'arrivals', label: 'arrivals', unit: 'per-second', chart: 'rate' },
    { name: 'p99Ms', label: 'p99', unit: 'ms', chart: 'latency' },
  ] as const;

  it('is the mean of rates and the peak of everything else since the row before', () => {
    const window = new StatusWindow(statusColumns(series, []));
    window.add({ arrivals: 100, p99Ms: 900 });
    window.add({ arrivals: 200, p99Ms: 200 });
    expect(window.take().text.trim().split(/ {2,}/)).toEqual(['150 /s', '900 ms']);
    window.add({ arrivals: 10, p99Ms: 20 });
    expect(window.take().text.trim().split(/ {2,}/)).toEqual(['10 /s', '20 ms']);
    expect(window.isEmpty).toBe(true);
  });

  it('shows a dash for a series that was not measured', () => {
    const window = new StatusWindow(statusColumns(series, []));
    window.add({ arrivals: 1 });
    expect(window.take().text).toContain('–');
  });
});

it('the system’s own word is marked in the heading', () => {
  const series = [
    { name: 'backlog', label: 'backlog', unit: 'count', chart: 'load', ownWord: true },
  ] as const;
  expect(statusHeading(statusColumns(series, []), []).at(-1)).toContain('backlog°');
});

it('columns are picked so that the first series of every chart is there, and all of it fits', () => {
  const [started] = paymentRun();
  if (started?.type !== 'run.started') throw new Error('the fixture changed');
  const columns = pickColumns(started, 70);
  const charts = new Set(columns.map(({ series }) => series.chart));
  expect(charts).toEqual(new Set(['rate', 'latency', 'load', 'breakers']));
  for (const line of statusHeading(columns, started.charts)) {
    expect(line.length).toBeLessThanOrEqual(70);
  }
});

describe('rows in which nothing happens', () => {
  const series = [
    { name: 'arrivals', label: 'arrivals', unit: 'per-second', chart: 'rate' },
    { name: 'failed', label: 'failed', unit: 'per-second', chart: 'rate' },
  ] as const;

  function rows(values: readonly (readonly [arrivals: number, failed: number])[]) {
    const printer = new StatusPrinter({
      columns: statusColumns(series, []),
      charts: [],
      everyMs: 1_000,
      clock: (atMs) => `+${atMs / 1_000}`,
    });
    printer.startPhase();
    const lines = values.flatMap(([arrivals, failed], index) => [
      ...printer.add({ atMs: (index + 1) * 1_000, values: { arrivals, failed } }),
    ]);
    return [...lines, ...printer.unfold()].map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
  }

  it('are one line, which says until when', () => {
    expect(
      rows([
        [100, 0],
        [104, 0],
        [98, 0],
        [500, 0],
        [510, 0],
      ]),
    ).toEqual([
      '+1 | 100 /s | 0 /s',
      '+3 | ⋮ much the same until here',
      '+4 | 500 /s | 0 /s',
      '+5 | 510 /s | 0 /s',
    ]);
  });

  it('are none in which something begins, however little it is', () => {
    expect(
      rows([
        [100, 0],
        [100, 0],
        [100, 0.01],
      ]),
    ).toEqual(['+1 | 100 /s | 0 /s', '+2 | 100 /s | 0 /s', '+3 | 100 /s | 0.01 /s']);
  });

  it('are none that differ by more than chance', () => {
    expect(
      rows([
        [0.5, 1],
        [0.7, 1],
        [60, 1],
      ]),
    ).toEqual(['+1 | 0.5 /s | 1 /s', '+2 | 0.7 /s | 1 /s', '+3 | 60 /s | 1 /s']);
  });
});
