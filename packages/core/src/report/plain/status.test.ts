import { describe, expect, it } from 'vitest';
import { StatusWindow, statusEveryMs, statusHeading } from './status.ts';

describe('statusEveryMs', () => {
  it.each([
    [2_700_000, 180_000],
    [60_000, 5_000],
    [86_400_000, 7_200_000],
  ])('a phase of %d ms gets a row every %d ms', (durationMs, everyMs) => {
    expect(statusEveryMs(durationMs)).toBe(everyMs);
  });
});

it('a heading names each chart over its series, in whole words only', () => {
  const charts = [
    { id: 'rate', title: 'Payments', unit: 'per-second', scale: 'linear' },
    { id: 'latency', title: 'Latency of a payment', unit: 'ms', scale: 'log' },
  ] as const;
  const series = [
    { name: 'arrivals', label: 'arrivals', unit: 'per-second', chart: 'rate' },
    { name: 'completed', label: 'completed', unit: 'per-second', chart: 'rate' },
    { name: 'p99Ms', label: 'p99', unit: 'ms', chart: 'latency' },
  ] as const;
  expect(statusHeading(series, charts)).toEqual([
    '  Payments ──────────  Latency',
    '  arrivals  completed       p99',
  ]);
});

describe('a row of figures', () => {
  const series = [
    { name: 'arrivals', label: 'arrivals', unit: 'per-second', chart: 'rate' },
    { name: 'p99Ms', label: 'p99', unit: 'ms', chart: 'latency' },
  ] as const;

  it('is the mean of rates and the peak of everything else since the row before', () => {
    const window = new StatusWindow(series);
    window.add({ arrivals: 100, p99Ms: 900 });
    window.add({ arrivals: 200, p99Ms: 200 });
    expect(window.take().trim().split(/ {2,}/)).toEqual(['150 /s', '900 ms']);
    window.add({ arrivals: 10, p99Ms: 20 });
    expect(window.take().trim().split(/ {2,}/)).toEqual(['10 /s', '20 ms']);
    expect(window.isEmpty).toBe(true);
  });

  it('shows a dash for a series that was not measured', () => {
    const window = new StatusWindow(series);
    window.add({ arrivals: 1 });
    expect(window.take()).toContain('–');
  });
});
