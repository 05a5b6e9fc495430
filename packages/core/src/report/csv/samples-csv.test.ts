import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import type { RunRecord } from '../../scenario/record.ts';
import { RunIncompleteError } from '../errors.ts';
import { paymentRun } from '../fixtures/payment-run.ts';
import { samplesCsv } from './samples-csv.ts';

const rowsOf = (records: Iterable<RunRecord>): Record<string, string>[] =>
  parse(samplesCsv(records), { columns: true });

it('holds every sample of every phase under the names of the series', () => {
  const records = [...paymentRun({ durationMs: 60_000 })];
  const samples = records.filter((record) => record.type === 'sample');
  const rows = rowsOf(records);
  expect(rows).toHaveLength(samples.length);
  for (const [index, { phase, atMs, values }] of samples.entries()) {
    const { phase: id, atMs: at, ...figures } = rows[index] ?? {};
    expect({ id, at }).toEqual({ id: phase, at: String(atMs) });
    const texts = Object.entries(values).map(([name, value]) => [name, String(value)]);
    expect(figures).toEqual(Object.fromEntries(texts));
  }
});

it('leaves what was not measured empty, and quotes only what has to be', () => {
  const [started] = paymentRun();
  if (started?.type !== 'run.started') throw new Error('the fixture changed');
  const phase = 'a "b", c';
  const [row] = rowsOf([started, { type: 'sample', atMs: 1_000, phase, values: { failed: 2 } }]);
  expect(row).toMatchObject({ phase, arrivals: '', failed: '2' });
});

it('needs a run', () => {
  expect(() => samplesCsv([])).toThrow(RunIncompleteError);
});
