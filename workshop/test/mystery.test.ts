import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradeAnswer } from '@firedrill/core/workshop';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chartLines } from '../src/mystery/chart-lines.ts';
import { readClock } from '../src/mystery/clock-times.ts';
import { readSealed, seal, type SealedFile, unseal } from '../src/mystery/sealed-file.ts';
import { scoreOf } from '../src/mystery/verdict-lines.ts';
import { kioskEvidence as evidence, kioskTruth as truth } from './mystery-kiosk.ts';

test('another kind that looks the same counts half, another place nothing for its time', () => {
  const parts = [{ kind: 'hang', place: 'a', fromMs: 100, toMs: 200, label: '' }] as const;
  const at = { fromMs: 100, toMs: 150 };
  expect(gradeAnswer(parts, { kind: 'cut', place: 'a', ...at })).toEqual({
    kind: 'near',
    isPlaceRight: true,
    overlap: 0.5,
  });
  const elsewhere = gradeAnswer(parts, { kind: 'hang', place: 'b', ...at });
  expect(elsewhere).toEqual({ kind: 'right', isPlaceRight: false, overlap: 0 });
  expect(scoreOf(elsewhere, undefined)).toBe(30);
  expect(scoreOf(undefined, { text: '', left: ['x'] })).toBe(0);
});

test('where the load is only part of a cause, naming it alone is not enough', () => {
  const parts = [
    { kind: 'hang', place: 'a', fromMs: 100, toMs: 200, label: '' },
    { kind: 'load', place: 'visitors', fromMs: 0, toMs: 400, label: '' },
  ] as const;
  const answer = { kind: 'load', place: 'visitors', fromMs: 0, toMs: 400 } as const;
  expect(gradeAnswer(parts, answer)).toMatchObject({ kind: 'wrong', isPlaceRight: false });
  expect(gradeAnswer(parts.slice(1), answer)).toMatchObject({ kind: 'right', overlap: 1 });
});

describe('a sealed file', () => {
  const key = 'correct horse battery';
  let folder = '';
  let file: SealedFile;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealed-'));
    const path = join(folder, 'a.sealed');
    writeFileSync(path, await seal(truth, evidence, key));
    file = readSealed(path, path);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('opens with its key, and with no other', async () => {
    expect(await unseal(file, key)).toEqual(truth);
    expect(await unseal(file, `${key}.`)).toBeUndefined();
  });

  test('does not open when what may be asked for was changed', async () => {
    const changed = { ...file, evidence: { ...evidence, title: 'another' } };
    expect(await unseal(changed, key)).toBeUndefined();
  });

  test('holds nothing of the cause in the open', () => {
    const text = JSON.stringify(file);
    for (const { label } of truth.parts) expect(text).not.toContain(label);
    expect(text).not.toContain(truth.cause);
  });

  test.each([
    ['no JSON', 'nonsense', /no sealed mystery/],
    ['another format', '{"format":"zip"}', /no sealed mystery/],
  ])('is refused in a sentence: %s', (_, text, sentence) => {
    const path = join(folder, 'b.sealed');
    writeFileSync(path, text);
    expect(() => readSealed(path, path)).toThrow(sentence);
    expect(() => readSealed(join(folder, 'missing'), 'it')).toThrow(/cannot be read/);
  });
});

test('a time of day is read as a moment of the run', () => {
  expect(readClock('14:18', '2026-11-27T14:00:00Z')).toBe(18 * 60_000);
  expect(readClock('9:00:07', '2026-11-27T09:00:00Z')).toBe(7_000);
  for (const text of ['', '14', '25:00', '14:60', '14:18:61', 'noon'])
    expect(readClock(text, '2026-11-27T14:00:00Z')).toBeUndefined();
});

test('a chart fits 80 columns, and says so where nothing was measured', () => {
  const startsAt = '2026-11-27T14:00:00Z';
  const points = Array.from({ length: 100 }, (_, index) => [index * 5_000, index] as const);
  const lines = chartLines({ points, unit: 'ms', startsAt, spanMs: 500_000 });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join('\n')).toContain('14:00:00');
  expect(chartLines({ points: [], unit: 'ms', startsAt, spanMs: 1 })).toEqual([
    'Nothing was measured.',
  ]);
});
