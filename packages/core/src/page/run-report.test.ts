import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../scenario/record.ts';
import { RunIncompleteError } from '../report/errors.ts';
import { paymentRun } from '../report/fixtures/payment-run.ts';
import type { RunReportOptions } from './origin.ts';
import { aboutPayments } from './fixtures/about-payments.ts';
import { liveRunReport, runReport } from './run-report.ts';

const maxBytes = 500_000;
const report = (records: Iterable<RunRecord>, options: Partial<RunReportOptions> = {}) =>
  runReport([...records], { origin: aboutPayments, ...options });
const live = (records: Iterable<RunRecord>, worker = 'worker') =>
  liveRunReport([...records], { origin: aboutPayments }, worker);
const page = await report(paymentRun({ checkFails: true }));

/** The page as its reader gets it without JavaScript. */
const textOf = (markup: string): string =>
  markup
    .replaceAll(/<(script|style)[^>]*>[^]*?<\/\1>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

function hostile(): RunRecord[] {
  const nasty = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'&`;
  const spoilt = (record: RunRecord): RunRecord => {
    if (record.type === 'run.started') {
      return { ...record, title: nasty, options: { [nasty]: nasty } };
    }
    if (record.type === 'story') return { ...record, text: nasty };
    if (record.type === 'check') return { ...record, title: nasty, observed: nasty };
    if (record.type === 'run.finished') return { ...record, replay: nasty, reason: nasty };
    if (record.type === 'verdict' || record.type === 'trial') return { ...record, text: nasty };
    if (record.type === 'explanation') return { ...record, lessons: [nasty] };
    if (record.type === 'thrown') {
      return { ...record, errors: record.errors.map((error) => ({ ...error, message: nasty })) };
    }
    if (record.type === 'comparison') return { ...record, against: nasty, text: nasty };
    if (record.type === 'phase.started') return { ...record, title: nasty, flaw: nasty };
    return record;
  };
  return [...paymentRun({ scenario: 'failure', durationMs: 60_000 })].map(spoilt);
}

describe('the page of a run', () => {
  it('stays under 500 KB for a recovery run and for the whole story', async () => {
    expect(Buffer.byteLength(page)).toBeLessThan(maxBytes);
    expect(Buffer.byteLength(await report(paymentRun({ scenario: 'story' })))).toBeLessThan(
      maxBytes,
    );
  });

  it('thins a run out that is too large, and says so', async () => {
    const long = await report(paymentRun({ scenario: 'story', durationMs: 10_800_000 }));
    expect(Buffer.byteLength(long)).toBeLessThan(maxBytes);
    expect(textOf(long)).toMatch(/each \d+ samples are drawn as their lowest and highest value/);
    expect(textOf(page)).toContain('Every sample is drawn');
  });

  it('names nothing outside itself', async () => {
    expect(page).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)/);
    expect(textOf(page)).not.toMatch(/https?:\/\//);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('tells the whole run without JavaScript', async () => {
    const text = textOf(page);
    expect(text).toContain('Exit 1: hardened breaks 1 rule: p99-under-400ms.');
    expect(text).toContain('BROKEN 1 of 2 rules does not hold: p99-under-400ms (30 s).');
    expect(text).toContain('Not as declared: the scenario says that it survives.');
    expect(text).toContain('pnpm --filter payment-processing start --scenario=recovery --seed=42');
    expect(text).toContain('First at 14:18:03: payment pay_001083 took 30000 ms');
    expect(text).toMatch(/latency p99 ✗ 30 s ✗ [\d.]+ /);
    expect(text).toContain('breakers open (own word)');
    expect(text).toMatch(/14:18:00 ▲ critical all 200 connections of the pool are in use/);
    expect(text).toMatch(/Lowest Mean Highest First at arrivals Direct calls/);
  });

  it('tells what was thrown, why it happened, what that teaches and what proves it', async () => {
    const text = textOf(await report(paymentRun({ scenario: 'failure' })));
    expect(text).toMatch(
      /DEFECT TypeError: Cannot read properties of undefined .+ implementations\/1-direct-calls\.ts:31, 12 times, first at 14:01:01/,
    );
    expect(text).toContain('arithmetic a connection held 13.1 s at 4.7 a second needs 61.6 of 50');
    expect(text).toContain('What it teaches a limit of 2 s would have freed 41 connections');
    expect(text).toContain('as claimed without webhooks hanging: payments freeze is 0 s');
    expect(text).toContain('PROVEN in 2 runs: webhooks hang.');
    expect(text).toMatch(/latency p99 30 s 900 ms better failed or stuck 5 90 worse/);
    expect(text).toMatch(/connections pool 200 200/);
  });

  it('gives a star to the better figure of a system that holds', async () => {
    expect(textOf(await report(paymentRun()))).toMatch(/money in limbo at the worst \$488k ★ \$0/);
  });

  it('keeps its own figures and those of the machine apart', async () => {
    const wall = { wallMs: 3120, peakRssBytes: 231e6, node: '24.1.0', commit: 'abc1234' };
    const text = textOf(await report(paymentRun(), { wall }));
    expect(text).toContain('This machine 3.12 s of wall time, 231 MB, Node 24.1.0, commit abc1234');
    expect(textOf(page)).not.toContain('This machine');
  });

  it('shows tables with a dash for what is missing', async () => {
    const text = textOf(await report(paymentRun({ scenario: 'scale' })));
    expect(text).toMatch(/100x 11,600 \/s 4,200 \/s 4,310 \/s 4\.66 s – 63\.8 %/);
  });

  it('is the same text for the same records', async () => {
    expect(await report(paymentRun({ checkFails: true }))).toBe(page);
  });

  it('cannot be broken out of by text in a record', async () => {
    const text = await report(hostile());
    expect(text.match(/<script/g)).toHaveLength(3);
    expect(text).not.toContain('<img');
  });

  it('says that an interrupted run has no verdict', async () => {
    const [started] = [...paymentRun()];
    if (started === undefined) throw new Error('the fixture changed');
    expect(textOf(await report([started]))).toContain('there is no verdict');
  });

  it('refuses records without a beginning', async () => {
    await expect(report([])).rejects.toThrow(RunIncompleteError);
  });
});

describe('the page of a run that runs storms again', () => {
  it('is the page with its worker, and nothing may be fetched but what stands in it', async () => {
    const text = await live(paymentRun());
    expect(text).toContain('default-src &#39;none&#39;');
    expect(text).toContain('worker-src blob:');
    expect(text).not.toContain('connect-src');
    expect(text).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:)/);
    expect(textOf(text)).toContain('Break it, and run again');
    expect(text).toContain('<script type="text/plain" id="worker">');
  });

  it('stays under 1 MB with a large worker: the run is thinned out', async () => {
    // Random letters hardly get smaller: three quarters of these bytes remain.
    const letters = Array.from({ length: 700_000 }, (_, at) =>
      String.fromCodePoint(33 + ((at * at * 7_919 + (at % 101) * 31) % 89)),
    ).join('');
    const long = await live(paymentRun({ scenario: 'story', durationMs: 10_800_000 }), letters);
    expect(Buffer.byteLength(long)).toBeLessThan(1_000_000);
    expect(textOf(long)).toMatch(/each \d+ samples are drawn as their lowest and highest value/);
  });
});
