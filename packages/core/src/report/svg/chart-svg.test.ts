import { expect, test } from 'vitest';
import { paymentRun } from '../fixtures/payment-run.ts';
import { emptyRun, reduce } from '../run-state.ts';
import { timeTicks, yScale } from './chart-scale.ts';
import { chartSvg } from './chart-svg.ts';

function drawn(chart: string, change: (text: string) => string = (text) => text): string {
  const state = emptyRun();
  for (const record of paymentRun({ scenario: 'recovery', durationMs: 1_200_000 })) {
    reduce(state, record);
  }
  const { started } = state;
  const found = started?.charts.find(({ id }) => id === chart);
  if (started === undefined || found === undefined) throw new Error('The run has no such chart.');
  return chartSvg(state, started, { ...found, title: change(found.title) });
}

test('each phase has a plot with its faults and a line for each series', () => {
  const svg = drawn('latency');
  expect(svg).toContain('>Direct calls<');
  expect(svg).toContain('>Hardened<');
  expect(svg.match(/<path class="fault"/g)).toHaveLength(2);
  expect(svg).toContain('shaded: 40 % of merchant webhooks hang');
  expect(svg.match(/<path class="s s0"/g)).toHaveLength(2);
});

test('text of the run cannot become markup', () => {
  expect(drawn('latency', () => '<script>')).not.toContain('<script>');
});

test('a linear axis begins at zero and ends on a round figure above the highest value', () => {
  const { ticks, at } = yScale('linear', [3, 47, Number.NaN]);
  expect(ticks).toEqual([0, 20, 40, 60]);
  expect(at(30)).toBe(0.5);
  expect(at(Number.NaN)).toBeUndefined();
});

test('a logarithmic axis has whole powers of ten, and no place for zero', () => {
  const { ticks, at } = yScale('log', [0, 17, 31_900]);
  expect(ticks).toEqual([10, 100, 1_000, 10_000, 100_000]);
  expect(at(1_000)).toBe(0.5);
  expect(at(0)).toBeUndefined();
});

test.each(['linear', 'log'] as const)('an axis of nothing (%s) is an axis', (scale) => {
  const { ticks } = yScale(scale, []);
  expect(ticks.length).toBeGreaterThan(1);
  expect(ticks.every(Number.isFinite)).toBe(true);
});

test('the clock is written on whole steps', () => {
  const startMs = Date.parse('2025-11-28T14:00:30Z');
  expect(timeTicks(startMs, 600_000, 5)).toEqual([90_000, 210_000, 330_000, 450_000, 570_000]);
});
