import { expect, test } from 'vitest';
import type { RunFinished } from '../scenario/record.ts';
import type { Verification } from '../scenario/verify.ts';
import { conclude } from './conclude.ts';
import type { Conclusion } from './defect.ts';
import type { Ending } from './play.ts';
import type { Stop } from './interrupt.ts';

const replay = 'pnpm --filter p start -- --seed=1';
const finished: RunFinished = {
  type: 'run.finished',
  verdict: 'as-expected',
  passed: 3,
  failed: 0,
  virtualMs: 2_700_000,
  records: 99,
  hash: 'abc',
  replay,
  next: 'next',
};
const figures = {
  wallMs: 1_250,
  virtualMs: 2_700_000,
  peakRssBytes: 212_000_000,
  nodeVersion: '24.0.0',
};
const machine =
  'machine: 1.25 s for 45 min of virtual time (2,160 : 1), peak memory 212 MB, Node 24.0.0';

function end(run: RunFinished, verification?: Verification): Ending {
  return { kind: 'finished', finished: run, figures, verification };
}

function concluded(ending: Ending, stop?: Stop): Conclusion {
  return conclude({ ending, stop, where: '14:05:00 of virtual time, phase 1 of 2', replay });
}

test('a run as expected ends with 0 and the figures of the machine', () => {
  expect(concluded(end(finished))).toEqual({ exitCode: 0, lines: [machine] });
});

test('a failed check ends with 1', () => {
  expect(concluded(end({ ...finished, verdict: 'check-failed' })).exitCode).toBe(1);
});

test('two equal runs are said to be equal, and their checks still decide', () => {
  const failed: RunFinished = { ...finished, verdict: 'check-failed' };
  expect(concluded(end(failed, { identical: true, finished: failed }))).toEqual({
    exitCode: 1,
    lines: ['verified: two runs gave the same 100 records', machine],
  });
});

test('two runs that differ end with 70, whatever their checks said', () => {
  const { exitCode, lines } = concluded(
    end(finished, { identical: false, finished, line: 12, first: '{"a":1}', second: '{"a":2}' }),
  );
  expect(exitCode).toBe(70);
  expect(lines).toEqual([
    'Lost determinism: record 12 differs between two runs of the same seed.',
    '  first   {"a":1}',
    '  second  {"a":2}',
    `This is a defect. Please report it with this command: ${replay} --verify`,
    machine,
  ]);
});

test('a run that was stopped says where, and how to see the rest', () => {
  expect(concluded({ kind: 'stopped' }, 'interrupted')).toEqual({
    exitCode: 130,
    lines: [`Interrupted at 14:05:00 of virtual time, phase 1 of 2. To see it all: ${replay}`],
  });
  expect(concluded({ kind: 'stopped' }, 'terminated').exitCode).toBe(143);
});

test('a reader that went away is told nothing, also when the run had just finished', () => {
  const silent = { exitCode: 141, lines: [] };
  expect(concluded({ kind: 'stopped' }, 'outputClosed')).toEqual(silent);
  expect(concluded(end(finished), 'outputClosed')).toEqual(silent);
});

test('an unexpected error ends with 70, its stack, its cause, and what to report', () => {
  const error = new Error('outer', { cause: new Error('inner') });
  const { exitCode, lines } = concluded({ kind: 'failed', error });
  expect(exitCode).toBe(70);
  expect(lines[0]).toMatch(/^Error: outer\n {4}at /);
  expect(lines[1]).toMatch(/^caused by: Error: inner\n {4}at /);
  expect(lines[2]).toBe(`This is a defect. Please report it with this command: ${replay}`);
});
