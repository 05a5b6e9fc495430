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

const sign = (name: string, isPresent: boolean) => ({
  name,
  isPresent,
  observed: isPresent ? '30 s' : '0 s',
  usual: '30 s',
});

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

  it('ends with why it ends so and the lines to type next', () => {
    expect(text).toContain('\nExit 0: every phase came out as declared.\n  replay  pnpm ');
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

  it('shows a phase moving in at most about fifteen rows of figures', () => {
    const rows = print(paymentRun({ scenario: 'failure' })).match(/^ {2}\d\d:\d\d:\d\d +\d.*\/s/gm);
    expect(rows?.length).toBeGreaterThanOrEqual(5);
    expect(rows?.length).toBeLessThanOrEqual(18);
  });

  it('says what broke when the verdict comes, before the proof of it', () => {
    const text = print(
      until(paymentRun({ scenario: 'failure' }), ({ type }) => type === 'verdict'),
    );
    expect(text).toMatch(
      /\nBROKEN {4}Direct calls\n {10}1 of 2 rules does not hold: p99-under-400ms/,
    );
    expect(text).toContain('The scenario declares that it breaks.');
    expect(text).toContain('What was measured');
    expect(text).not.toContain('Proof of the cause');
  });

  it('shows what was thrown: message, place, count and first time, mistakes in red', () => {
    const text = print(paymentRun({ scenario: 'failure' }));
    expect(text).toMatch(
      /DEFECT {2}TypeError: Cannot read properties of undefined \(reading 'id'\)\n {10}implementations\/1-direct-calls\.ts:31, 12 times, first at 14:01:01/,
    );
    expect(text).toMatch(
      /error {3}ServiceTimeoutError: .+\n {10}1 time, at 14:18:30, caught and told/,
    );
    const colored = print(paymentRun({ scenario: 'failure' }), { colors: true });
    expect(colored).toContain('\u001b[1m\u001b[31mDEFECT');
  });

  it('shows the chain from the cause to the victim, and the lessons', () => {
    const text = print(paymentRun({ scenario: 'failure' }));
    expect(text).toMatch(/Why\n {4}cause +40 % of merchants hang/);
    expect(text).toMatch(/ {2}→ arithmetic +a connection held 13\.1 s/);
    expect(text).toMatch(/What it teaches\n {2}1\. a limit of 2 s/);
  });

  it('shows the trials of the cause, the proof, and what a change did', () => {
    const text = print(paymentRun({ scenario: 'failure' }));
    expect(text).toMatch(/Proof of the cause\n {2}as claimed {2}without webhooks hanging: /);
    expect(text).toMatch(/ {2}PROVEN {6}in 2 runs: webhooks hang\./);
    expect(text).toMatch(/Direct calls beside the default run \(direct-calls\)/);
    expect(text).toMatch(/^ {2}latency p99 +30 s +900 ms {2}better$/m);
    expect(text).toMatch(/^ {2}failed or stuck +5 +90 {2}worse$/m);
    expect(text).toMatch(/^ {2}1 figure as before$/m);
  });

  it('marks what breaks a rule, and the better figure where it was earned', () => {
    const text = print(paymentRun());
    expect(text).toMatch(/^ {2}latency p99 +✗ 30 s +\* \S+ ms$/m);
    expect(text).toMatch(/^ {2}double charges +0 +0$/m);
    expect(text).toContain('✗ breaks a rule   * the best figure of its row');
    expect(print(paymentRun(), { colors: true })).toContain('\u001b[1m\u001b[31m✗ 30 s');
  });

  it('gives no star to an accident: a better figure of a system that breaks', () => {
    const text = print(paymentRun({ checkFails: true }));
    expect(text).not.toContain('* the best figure of its row');
    expect(text).toMatch(/^ {2}latency p99 +✗ 30 s +✗ \S+ ms$/m);
  });

  it('gives no star to a broken system, also where it keeps the rule of that figure', () => {
    const text = print(
      [...paymentRun()].map((record): RunRecord => {
        if (record.type !== 'phase.finished') return record;
        return { ...record, summary: { doubleCharges: record.phase === 'hardened' ? 9 : 0 } };
      }),
    );
    expect(text).toMatch(/^ {2}double charges +0 +9$/m);
  });

  it('gives no star to a tie: figures that differ by no more than a percent', () => {
    const close = [...paymentRun()].map((record): RunRecord => {
      if (record.type !== 'phase.finished') return record;
      return { ...record, summary: { p50Ms: record.phase === 'hardened' ? 1_000 : 1_009 } };
    });
    expect(print(close)).toMatch(/^ {2}latency p50 +1\.01 s +1 s$/m);
  });

  it('is red where nothing was measured that a rule asks for', () => {
    const silent = [...paymentRun({ checkFails: true })].map((record) =>
      record.type === 'phase.finished' ? { ...record, summary: {} } : record,
    );
    expect(print(silent)).toMatch(/^ {2}latency p99 +✗ – +✗ –$/m);
  });

  it('names severities and faults in words beside their glyphs', () => {
    const text = print(paymentRun());
    expect(text).toMatch(/14:18:00 {2}× fault +begins: 40 % of merchant webhooks hang/);
    expect(text).toMatch(/▲ critical +all 200 connections of the pool are in use/);
    expect(text).toMatch(/ends: 40 % of merchant webhooks hang \(12,480 calls changed\)/);
  });

  it('shows every check with what was expected, what was seen and where it began', () => {
    const options: PaymentRunOptions = { checkFails: true };
    const text = print(paymentRun(options));
    expect(text).toMatch(/BROKEN {4}objective {4}The p99 of an authorisation/);
    expect(text).toMatch(
      /expected {2}under 400 ms\n +observed {2}30 s\n +first {5}14:18:03 payment pay_/,
    );
    expect(text).toMatch(
      /holds {5}invariant {4}No payment is charged twice\n +expected and observed: 0/,
    );
    expect(text).toMatch(
      /seen {6}sign {9}Payments freeze while webhooks hang\n +expected {2}over 5 s/,
    );
    expect(text).toContain('Exit 1: hardened breaks 1 rule: p99-under-400ms.');
  });

  it('aligns the columns of a table and shows a missing figure as a dash', () => {
    const text = print(paymentRun({ scenario: 'scale' }));
    const rows = text.match(/^ {2}\d+x .*$/gm) ?? [];
    expect(rows).toHaveLength(7);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    expect(rows.at(-1)).toContain('–');
  });

  it('leaves the figures of a run in steps to its table, and tells of each signal once', () => {
    const [started, begun, , ...rest] = [...paymentRun({ scenario: 'scale' })];
    const table = rest.find((record) => record.type === 'table');
    if (started === undefined || begun === undefined || table === undefined) {
      throw new Error('the fixture changed');
    }
    const phase = 'hardened';
    const signal = { type: 'signal', phase, name: 'x', severity: 'info', values: {} } as const;
    const text = print([
      started,
      begun,
      { type: 'sample', atMs: 1000, phase, values: { arrivals: 7 } },
      { ...signal, atMs: 1000, text: 'the first' },
      { ...signal, atMs: 2000, text: 'the second' },
      { ...table, phase },
      { type: 'phase.finished', atMs: 2000, phase, summary: {} },
    ]);
    expect(text).not.toMatch(/^ {2}\d\d:\d\d:\d\d +\d/m);
    expect(text).toContain('the first');
    expect(text).not.toContain('the second');
    expect(text.indexOf('the first')).toBeLessThan(text.indexOf('Load steps'));
  });

  it('says of a trial that claims nothing which signs are there', () => {
    const trial = (label: string, ...signs: ReturnType<typeof sign>[]): RunRecord => ({
      type: 'trial',
      phase: 'direct-calls',
      kind: 'without-one',
      conditions: [],
      signs,
      isAsClaimed: true,
      text: `${label}: long freeze 0 s instead of 30 s`,
    });
    const text = print([
      ...until(paymentRun({ scenario: 'failure' }), ({ type }) => type === 'verdict'),
      trial('without a: b', sign('long-freeze', true)),
      trial('without c', sign('long-freeze', false)),
      trial('without d', sign('long-freeze', false), sign('storm', true)),
    ]);
    expect(text).toMatch(/^ {2}shows {7}without a: b: every sign is there$/m);
    expect(text).toMatch(/^ {2}shows {7}without c: no sign is there$/m);
    expect(text).toMatch(/without d: there are storm, not long freeze \(0 s instead of 30 s\)$/m);
  });

  it('says that an interrupted run has no verdict, and where it stopped', () => {
    const records = until(paymentRun(), (one) => one.type === 'sample' && one.atMs === 600_000);
    const text = print(records);
    expect(text).toMatch(
      /Stopped at 14:10:00: the run did not finish, so there is no verdict\.\n$/,
    );
  });

  it('says of a run that was stopped in its proof that the verdict stands', () => {
    const text = print(until(paymentRun({ scenario: 'failure' }), ({ type }) => type === 'trial'));
    expect(text).toContain('BROKEN    Direct calls');
    expect(text).toMatch(/Stopped after the verdict: what was to follow it is missing\.\n$/);
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
