import { expect, it } from 'vitest';
import { paymentRun } from './fixtures/payment-run.ts';
import { emptyRun, findPhase, reduce } from './run-state.ts';

const fault = {
  id: 'hang-1',
  service: 'webhooks',
  kind: 'hang',
  fromMs: 1000,
  toMs: 2000,
  label: 'webhooks hang',
} as const;

function begun() {
  const state = emptyRun();
  reduce(state, { type: 'phase.started', phase: 'a', title: 'A', flaw: '', index: 0, of: 1 });
  return state;
}

it('columns stay as long as the samples when a series comes late or leaves a gap', () => {
  const state = begun();
  reduce(state, { type: 'sample', atMs: 1000, phase: 'a', values: { x: 1 } });
  reduce(state, { type: 'sample', atMs: 2000, phase: 'a', values: { y: 2 } });
  reduce(state, { type: 'sample', atMs: 3000, phase: 'a', values: { x: 3, y: 4 } });
  const phase = findPhase(state, 'a');
  expect(phase?.columns.get('x')).toEqual([1, Number.NaN, 3]);
  expect(phase?.columns.get('y')).toEqual([Number.NaN, 2, 4]);
});

it('a fault that has not ended has no end', () => {
  const state = begun();
  reduce(state, { type: 'fault.started', atMs: 1000, phase: 'a', fault });
  expect(findPhase(state, 'a')?.faults.get('hang-1')).toEqual({ fault, fromMs: 1000 });
  reduce(state, { type: 'fault.ended', atMs: 2100, phase: 'a', fault, fired: 7 });
  expect(findPhase(state, 'a')?.faults.get('hang-1')).toEqual({
    fault,
    fromMs: 1000,
    toMs: 2100,
    fired: 7,
  });
});

it('text without a phase belongs to the run', () => {
  const state = begun();
  reduce(state, { type: 'story', text: 'Welcome.' });
  expect(state.remarks).toEqual(['Welcome.']);
  expect(findPhase(state)?.events).toEqual([]);
});

it('records of a phase that never started are left out', () => {
  const state = reduce(emptyRun(), { type: 'sample', atMs: 1, phase: 'b', values: { x: 1 } });
  expect(state.phases).toEqual([]);
});

it('states of parts are kept by part, in the order of time', () => {
  const state = begun();
  reduce(state, {
    type: 'parts',
    phase: 'a',
    parts: [{ id: 'app', kind: 'process' }],
    links: [],
  });
  const sample = { type: 'sample', phase: 'a', values: {} } as const;
  reduce(state, { ...sample, atMs: 1000, parts: { app: { used: 1, of: 1 } } });
  reduce(state, { ...sample, atMs: 2000 });
  reduce(state, { ...sample, atMs: 3000, parts: { app: { used: 0, of: 1 } } });
  expect(findPhase(state, 'a')).toMatchObject({ parts: { parts: [{ id: 'app' }] } });
  expect(findPhase(state, 'a')?.partStates.get('app')).toEqual([
    { atMs: 1000, state: { used: 1, of: 1 } },
    { atMs: 3000, state: { used: 0, of: 1 } },
  ]);
});

it('what follows a phase belongs to it: errors, explanation, verdict, trials, proof, comparison', () => {
  const state = emptyRun();
  for (const record of paymentRun({ scenario: 'failure' })) reduce(state, record);
  expect(findPhase(state, 'direct-calls')).toMatchObject({
    role: 'broken',
    thrown: [{ name: 'TypeError' }, { name: 'ServiceTimeoutError' }],
    explanation: { lessons: [expect.any(String), expect.any(String)] },
    verdict: { outcome: 'broken', isAsDeclared: true },
    trials: [{ kind: 'without-cause' }, { kind: 'cause-alone' }],
    proof: { isProven: true },
    comparison: { against: 'the default run (direct-calls)' },
  });
});

it('a whole run ends with every phase summarised and the peaks of both', () => {
  const state = emptyRun();
  for (const record of paymentRun()) reduce(state, record);
  expect(state.phases.map(({ id }) => id)).toEqual(['direct-calls', 'hardened']);
  expect(state.phases.every(({ times }) => times.length === 2760)).toBe(true);
  expect(state.phases.every(({ summary }) => summary !== undefined)).toBe(true);
  const columns = state.phases.map((phase) => phase.columns.get('p99Ms') ?? []);
  expect(state.peaks.get('p99Ms')).toBe(Math.max(...columns.flat()));
});
