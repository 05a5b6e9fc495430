import { expect, test } from 'vitest';
import type { RunFinished } from '../scenario/record.ts';
import type { Verification } from '../scenario/verify.ts';
import { type Conclusion } from '../command-line/index.ts';
import { conclude } from './conclude.ts';
import type { Ending } from './play.ts';
import type { Stop } from './interrupt.ts';

const replay = 'pnpm --filter p start -- --seed=1';
const finished: RunFinished = {
  type: 'run.finished',
  isAsDeclared: true,
  reason: 'one-clerk breaks, as declared.',
  virtualMs: 2_700_000,
  records: 99,
  hash: 'abc',
  replay,
  next: 'next',
};
const figures = {
  wallMs: 1_250,
  totalMs: 1_260,
  virtualMs: 2_700_000,
  peakRssBytes: 212_000_000,
  nodeVersion: '24.0.0',
};
const machine =
  'machine: 1.25 s for 45 min of virtual time (2,160 : 1), peak memory 212 MB, Node 24.0.0';

function end(run: RunFinished, verification?: Verification): Ending {
  return { kind: 'finished', finished: run, figures, verification };
}

function concluded(ending: Ending, stop?: Stop, writeError?: Error): Conclusion {
  const where = '14:05:00 of virtual time, phase 1 of 2';
  return conclude({ ending, stop, writeError, where, replay });
}

test('a run that came out as declared ends with 0 and the figures of the machine', () => {
  expect(concluded(end(finished))).toEqual({ exitCode: 0, lines: [machine] });
});

test('a run that came out otherwise ends with 1', () => {
  expect(concluded(end({ ...finished, isAsDeclared: false })).exitCode).toBe(1);
});

test('what followed the verdict is no part of the time to it, and named where it counts', () => {
  const ending = { ...end(finished), figures: { ...figures, totalMs: 3_250 } };
  expect(concluded(ending).lines).toEqual([
    'machine: 1.25 s for 45 min of virtual time (2,160 : 1), 2 s after the verdict, peak memory 212 MB, Node 24.0.0',
  ]);
});

test('two equal runs are said to be equal, and how they came out still decides', () => {
  const failed: RunFinished = { ...finished, isAsDeclared: false };
  expect(concluded(end(failed, { identical: true, finished: failed }))).toEqual({
    exitCode: 1,
    lines: ['verified: two runs gave the same 100 records', machine],
  });
});

test('two runs that differ end with 70, however they came out', () => {
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

test('whoever leaves with q has seen enough: 0, and where it was', () => {
  expect(concluded({ kind: 'stopped' }, 'left')).toEqual({
    exitCode: 0,
    lines: [`Left at 14:05:00 of virtual time, phase 1 of 2. To see it all: ${replay}`],
  });
});

test('an output that cannot be written is one sentence and 74', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
  expect(concluded({ kind: 'stopped' }, 'unwritten', full)).toEqual({
    exitCode: 74,
    lines: [
      'Failed to write standard output: no space is left on the device. Free some, or write it elsewhere.',
    ],
  });
});

test('a reader that went away is told nothing and is no failure, also when the run had finished', () => {
  const silent = { exitCode: 0, lines: [] };
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
