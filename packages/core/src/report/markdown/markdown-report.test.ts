import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../scenario/record.ts';
import { RunIncompleteError } from '../errors.ts';
import { paymentRun } from '../fixtures/payment-run.ts';
import { markdownReport } from './markdown-report.ts';

describe('a run as Markdown', () => {
  const text = markdownReport(paymentRun({ scenario: 'failure' }));

  it('begins with how it ended, and ends with the commands to type', () => {
    expect(text).toMatch(/^# Payment platform on Black Friday\n/);
    expect(text).toContain('**Exit 0: every phase came out as declared.**');
    expect(text).toMatch(
      /````sh\npnpm --filter payment-processing start --scenario=scale\n````\n$/,
    );
  });

  it('tells what broke, what was thrown, why, and what proves it', () => {
    expect(text).toContain('**BROKEN** 1 of 2 rules does not hold: p99-under-400ms (30 s).');
    expect(text).toContain('- **DEFECT** TypeError: Cannot read properties of undefined');
    expect(text).toContain('(implementations/1-direct-calls.ts:31, 12 times, first at 14:01:01');
    expect(text).toContain('- arithmetic: a connection held 13.1 s');
    expect(text).toContain('1. a limit of 2 s');
    expect(text).toContain('- as claimed: without webhooks hanging: ');
    expect(text).toContain('| latency p99 | 30 s | 900 ms | better |');
  });

  it('has every check in a table, with what was expected and what was seen', () => {
    expect(text).toContain('| result | check | phase | kind | expected | observed |');
    expect(text).toMatch(
      /\| \*\*BROKEN\*\* \| The p99 of an authorisation .+ \| objective \| under 400 ms \| 30 s; first at /,
    );
  });

  it('marks figures that break a rule', () => {
    expect(text).toMatch(/\| latency p99 \| \*\*✗ 30 s\*\* \|/);
  });

  it('keeps its tables whole, whatever stands in a record', () => {
    const nasty = 'a | b\n| c <script> [link](x) `code`';
    const spoilt = [...paymentRun({ scenario: 'failure' })].map((record): RunRecord =>
      record.type === 'check' ? { ...record, title: nasty } : record,
    );
    const rows = markdownReport(spoilt)
      .split('\n')
      .filter((line) => line.startsWith('|') && line.includes('objective'));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.replaceAll(String.raw`\|`, '').split('|')).toHaveLength(8);
    expect(rows[0]).toContain(String.raw`\<script\> \[link\](x)`);
  });

  it('has the table of a run in steps, a dash for what is missing', () => {
    const steps = markdownReport(paymentRun({ scenario: 'scale' }));
    expect(steps).toMatch(/\| 100x \| 11,600 \/s \| .+ \| – \|/);
  });

  it('says that an interrupted run did not finish, and needs a run', () => {
    const [started] = paymentRun();
    if (started === undefined) throw new Error('the fixture changed');
    expect(markdownReport([started])).toContain('**The run did not finish.**');
    expect(() => markdownReport([])).toThrow(RunIncompleteError);
  });
});
