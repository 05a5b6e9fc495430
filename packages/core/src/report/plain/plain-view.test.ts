import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../scenario/record.ts';
import { paymentRun, type PaymentRunOptions } from '../fixtures/payment-run.ts';
import { plainView } from './plain-view.ts';

interface Options {
  readonly colors?: boolean;
  readonly width?: number;
}

function print(records: Iterable<RunRecord>, { colors = false, width = 100 }: Options = {}) {
  let text = '';
  const view = plainView({ stream: { write: (part) => (text += part) }, colors, width });
  for (const record of records) view.write(record);
  void view.close();
  return text;
}

const scenarios = ['failure', 'recovery', 'scale', 'story'] as const;

function* until(records: Iterable<RunRecord>, isLast: (record: RunRecord) => boolean) {
  for (const record of records) {
    yield record;
    if (isLast(record)) return;
  }
}

describe.each(scenarios)('the plain view of %s', (scenario) => {
  const text = print(paymentRun({ scenario }));

  it('fits in 100 columns and leaves no blanks at the ends of lines', () => {
    for (const line of text.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect(line).toBe(line.trimEnd());
    }
  });

  it('fits in 60 columns', () => {
    const lines = print(paymentRun({ scenario, checkFails: true }), { width: 60 }).split('\n');
    for (const line of lines.filter((one) => !one.includes('pnpm'))) {
      expect(line.length).toBeLessThanOrEqual(60);
    }
  });

  it('is the same text with colours, escapes left out', () => {
    const colored = print(paymentRun({ scenario }), { colors: true });
    expect(colored).toContain('\u001b[');
    expect(stripVTControlCharacters(colored).replaceAll(/ +$/gm, '')).toBe(text);
  });

  it('holds no escapes without colours', () => {
    expect(text).not.toContain('\u001b');
  });

  it('ends with the verdict and the lines to type next', () => {
    expect(text).toMatch(/As expected: all \d+ checks hold\./);
    expect(text).toContain(`replay  pnpm --filter payment-processing start --scenario=${scenario}`);
    expect(text).toMatch(/next {4}pnpm .*\n$/);
  });
});

describe('the plain view', () => {
  it('says what runs, under which seed and in which virtual window, before any phase', () => {
    const head = print(until(paymentRun(), ({ type }) => type === 'run.started'));
    expect(head).toContain('Payment platform on Black Friday');
    expect(head).toMatch(/seed +42/);
    expect(head).toContain('2025-11-28 14:00:00 to 14:45:00 UTC');
    expect(head).toContain('merchants=5000');
  });

  it('shows a quiet phase moving: about fifteen rows of figures', () => {
    const rows = print(paymentRun({ scenario: 'failure' })).match(/^ {2}\d\d:\d\d:\d\d +\d.*\/s/gm);
    expect(rows?.length).toBeGreaterThanOrEqual(12);
    expect(rows?.length).toBeLessThanOrEqual(18);
  });

  it('marks the better figure of a row, and none where all are equal', () => {
    const text = print(paymentRun());
    expect(text).toMatch(/^ {2}completed +\S+ % +\* \S+ %$/m);
    expect(text).toMatch(/^ {2}double charges +0 +0$/m);
    expect(text).toContain('* the best figure of its row');
  });

  it('names severities and faults in words beside their glyphs', () => {
    const text = print(paymentRun());
    expect(text).toMatch(/14:18:00 {2}× fault +begins: 40 % of merchant webhooks hang/);
    expect(text).toMatch(/▲ critical +all 200 connections of the pool are in use/);
    expect(text).toMatch(/ends: 40 % of merchant webhooks hang \(12,480 calls changed\)/);
  });

  it('shows a failed check with what was expected, what was seen and where it began', () => {
    const options: PaymentRunOptions = { checkFails: true };
    const text = print(paymentRun(options));
    expect(text).toMatch(/FAILED {2}objective {2}The p99 of an authorisation/);
    expect(text).toMatch(/expected {2}p99 < 400 ms/);
    expect(text).toMatch(/observed {2}p99 = 30000 ms/);
    expect(text).toMatch(/first {5}14:18:03 pay_001083 took 30000 ms/);
    expect(text).toContain('FAILED: 1 of 5 checks did not hold.');
  });

  it('aligns the columns of a table and shows a missing figure as a dash', () => {
    const text = print(paymentRun({ scenario: 'scale' }));
    const rows = text.match(/^ {2}\d+x .*$/gm) ?? [];
    expect(rows).toHaveLength(7);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    expect(rows.at(-1)).toContain('–');
  });

  it('prints the last figures of a phase above its table', () => {
    const [started, begun, , ...rest] = [...paymentRun({ scenario: 'scale' })];
    const table = rest.find((record) => record.type === 'table');
    if (started === undefined || begun === undefined || table === undefined) {
      throw new Error('the fixture changed');
    }
    const phase = 'hardened';
    const values = { arrivals: 7 };
    const text = print([
      started,
      begun,
      { type: 'sample', atMs: 1000, phase, values },
      { ...table, phase },
      { type: 'phase.finished', atMs: 1000, phase, summary: {} },
    ]);
    expect(text.indexOf('14:00:01')).toBeGreaterThan(0);
    expect(text.indexOf('14:00:01')).toBeLessThan(text.indexOf('Load steps'));
    expect(text.match(/^ {2}14:00:01/gm)).toHaveLength(1);
  });

  it('says that an interrupted run has no verdict, and where it stopped', () => {
    const records = until(paymentRun(), (one) => one.type === 'sample' && one.atMs === 600_000);
    const text = print(records);
    expect(text).toMatch(
      /Stopped at 14:10:00: the run did not finish, so there is no verdict\.\n$/,
    );
  });

  it('prints nothing when there was nothing, and closes only once', () => {
    expect(print([])).toBe('');
  });

  it('takes the control characters out of text from the outside', () => {
    const [started, begun] = [...until(paymentRun(), ({ type }) => type === 'phase.started')];
    if (started === undefined || begun === undefined) throw new Error('the fixture changed');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const phase = 'direct-calls';
        const signal: RunRecord = {
          type: 'signal',
          atMs: 0,
          phase,
          name: 'x',
          severity: 'info',
          text,
          values: {},
        };
        const printed = print([started, begun, signal]);
        expect(stripVTControlCharacters(printed)).toBe(printed);
        expect(printed.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('refuses a width that nothing fits in', () => {
    expect(() => plainView({ stream: { write: () => true }, colors: false, width: 20 })).toThrow(
      new RangeError('width must be an integer of at least 60, got 20.'),
    );
  });
});
