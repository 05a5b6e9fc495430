import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paymentRun } from '../fixtures/payment-run.ts';
import { emptyRun, reduce, type RunState } from '../run-state.ts';
import { renderFrame } from './frame.ts';

function runUntil(phase: string, atMs: number): RunState {
  const run = emptyRun();
  for (const record of paymentRun()) {
    reduce(run, record);
    if (record.type === 'sample' && record.phase === phase && record.atMs === atMs) break;
  }
  return run;
}

/** The incident up to its first record of a type. */
function runTo(type: 'verdict' | 'trial'): RunState {
  const run = emptyRun();
  for (const record of paymentRun({ scenario: 'failure' })) {
    reduce(run, record);
    if (record.type === type) break;
  }
  return run;
}

const inFault = runUntil('hardened', 1_200_000);
const finished = runUntil('no such phase', 0);

function render(
  run: RunState,
  size: { readonly columns: number; readonly rows: number },
  live: { readonly isPaused?: boolean; readonly speed?: number } = {},
): string[] {
  const state = { run, isPaused: false, speed: 270, ...live };
  return renderFrame(state, { ...size, colors: false });
}

const inFlight = (lines: string[]) => lines.find((line) => line.startsWith('in flight')) ?? '';

describe('the live screen', () => {
  it('shows the clock, the phase, the fault under way and the last events', () => {
    const lines = render(inFault, { columns: 100, rows: 30 });
    expect(lines).toHaveLength(30);
    expect(lines[0]).toMatch(
      /^Firedrill {2}payment-processing recovery {2}seed 42 +plays at 270x {2}14:20:00$/,
    );
    expect(lines[1]).toBe('Phase 2 of 2  Hardened');
    expect(lines[2]).toMatch(/^━+╳+─+ {2}44 %$/);
    expect(lines[3]).toBe('× 1 fault: 40 % of merchant webhooks hang (8 min left)');
    expect(lines.join('\n')).toMatch(/14:18:00 {2}× fault +begins: 40 % of merchant webhooks hang/);
    expect(lines.at(-1)).toBe('space pause   f finish at full speed   q quit');
  });

  it('draws each series as its name, its last value and a line', () => {
    const lines = render(inFault, { columns: 100, rows: 30 });
    expect(lines.find((line) => line.startsWith('arrivals'))).toMatch(
      /^arrivals +\d+ \/s {2}[▁-█]+ +$/,
    );
    expect(lines.find((line) => line.startsWith('p99'))).toMatch(/ms {2}[▁-█]+ +$/);
    expect(lines.find((line) => line.startsWith('breakers open'))).toMatch(/38 {2}▁+█+ +$/);
  });

  it('draws a phase on the scale of the worst one, so that they can be compared', () => {
    const broken = render(runUntil('direct-calls', 1_200_000), { columns: 100, rows: 30 });
    const flat = render(inFault, { columns: 100, rows: 30 });
    expect(inFlight(broken)).toContain('█');
    expect(inFlight(flat)).not.toMatch(/[▃-█]/);
  });

  it('names the charts over their series where there is room', () => {
    const titles = ['Payments', 'Latency of a payment', 'Queue and pool', 'Circuit breakers'];
    const tall = render(inFault, { columns: 100, rows: 40 });
    expect(tall.filter((line) => titles.includes(line))).toEqual(titles);
    expect(tall[tall.indexOf('Circuit breakers') + 1]).toMatch(/^breakers open/);
    const short = render(inFault, { columns: 100, rows: 24 });
    expect(short.filter((line) => titles.includes(line))).toEqual([]);
  });

  it('says when it is paused, and that the key goes on', () => {
    const lines = render(inFault, { columns: 100, rows: 30 }, { isPaused: true });
    expect(lines[0]).toContain('paused');
    expect(lines.at(-1)).toMatch(/^space continue/);
  });

  it('shows how each phase came out, and why the run ends so, when it is over', () => {
    const text = render(finished, { columns: 80, rows: 24 }).join('\n');
    expect(text).toMatch(/^BROKEN {4}Direct calls$/m);
    expect(text).toMatch(/^SURVIVED {2}Hardened$/m);
    expect(text).toContain('Exit 0: every phase came out as declared.');
    expect(text).toContain('finished');
  });

  it('shows the verdict before the proof, and the trials as they come', () => {
    const judged = render(runTo('verdict'), { columns: 80, rows: 40 }).join('\n');
    expect(judged).toContain('looks into the cause');
    expect(judged).toContain('1 of 2 rules does not hold: p99-under-400ms (30 s).');
    expect(judged).not.toContain('as claimed');
    const tried = render(runTo('trial'), { columns: 80, rows: 40 }).join('\n');
    expect(tried).toContain('as claimed  without webhooks hanging: payments freeze is 0 s');
  });

  it('says of each trial whole what was taken away, however narrow', () => {
    const text = render(runTo('trial'), { columns: 34, rows: 60 }).join('\n');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('as claimed without webhooks hanging:');
  });

  it('keeps every label whole at 80 columns', () => {
    const lines = render(inFault, { columns: 80, rows: 40 });
    expect(lines.some((line) => line.startsWith('breakers half-open '))).toBe(true);
    expect(lines.some((line) => line.startsWith('breakers open° '))).toBe(true);
    expect(lines.slice(0, 20).join('\n')).not.toContain('…');
  });

  it('keeps the clock, the progress and the last events on a screen of 40 x 12', () => {
    const lines = render(inFault, { columns: 40, rows: 12 });
    expect(lines).toHaveLength(12);
    expect(lines[0]).toMatch(/^14:20:00 +plays at 270x$/);
    expect(lines[2]).toMatch(/44 %$/);
    expect(lines.filter((line) => line.startsWith('14:1'))).toHaveLength(3);
  });

  it('is shown before the first record', () => {
    expect(render(emptyRun(), { columns: 40, rows: 12 })).toEqual(['Firedrill  starting']);
  });

  it('fits every size, in colour, too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(inFault, finished),
        (columns, rows, run) => {
          const lines = renderFrame(
            { run, isPaused: false, speed: Number.POSITIVE_INFINITY },
            { columns, rows, colors: true },
          );
          expect(lines).toHaveLength(rows);
          for (const line of lines) {
            expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(columns);
          }
        },
      ),
    );
  });
});
