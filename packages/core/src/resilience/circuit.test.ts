import { expect, test } from 'vitest';
import { type Admission, type BreakerState, Circuit } from './circuit.ts';
import { failureCounters } from './failure-counter.ts';

function given({ failures = 2, openMs = (openings: number) => openings * 1_000 } = {}) {
  const transitions: `${BreakerState} > ${BreakerState}`[] = [];
  const circuit = new Circuit('merchant', {
    createCounter: failureCounters({ consecutive: failures }),
    openMs,
    probeTimeoutMs: 5_000,
    onTransition: ({ state }, from) => void transitions.push(`${from} > ${state}`),
  });
  const admit = (nowMs: number): Admission => {
    const admission = circuit.admit(nowMs);
    if (admission === undefined) throw new Error(`refused at ${nowMs}`);
    return admission;
  };
  const fail = (nowMs: number): void => circuit.settle(admit(nowMs), 'failure', nowMs);
  const succeed = (nowMs: number): void => circuit.settle(admit(nowMs), 'success', nowMs);
  return { circuit, transitions, admit, fail, succeed };
}

test('it opens when the threshold is reached and refuses until the period is over', () => {
  const { circuit, fail } = given();
  fail(0);
  expect(circuit.state).toBe('closed');
  fail(100);
  expect(circuit.state).toBe('open');
  expect(circuit.admit(1_099)).toBeUndefined();
  expect(circuit.retryAfterMs(1_099)).toBe(1);
  expect(circuit.admit(1_100)).toBeDefined();
});

test('one call probes a half-open circuit, all others are refused', () => {
  const { circuit, fail, admit } = given();
  fail(0);
  fail(0);
  admit(1_000);
  expect(circuit.state).toBe('half-open');
  expect([circuit.admit(1_000), circuit.admit(1_001)]).toEqual([undefined, undefined]);
});

test('a probe that succeeds closes it, and the count starts anew', () => {
  const { circuit, transitions, fail, succeed } = given();
  fail(0);
  fail(0);
  succeed(1_000);
  fail(1_001);
  expect(circuit.state).toBe('closed');
  expect(transitions).toEqual(['closed > open', 'open > half-open', 'half-open > closed']);
});

test('each probe that fails opens it for the next period, and closing starts over', () => {
  const { circuit, fail, succeed } = given();
  fail(0);
  fail(0);
  fail(1_000);
  expect(circuit.retryAfterMs(1_000)).toBe(2_000);
  fail(3_000);
  expect(circuit.retryAfterMs(3_000)).toBe(3_000);
  succeed(6_000);
  fail(6_000);
  fail(6_000);
  expect(circuit.retryAfterMs(6_000)).toBe(1_000);
});

test('a probe that hangs is written off at its deadline, and its late success is ignored', () => {
  const { circuit, fail, admit } = given();
  fail(0);
  fail(0);
  const hanging = admit(1_000);
  expect(circuit.admit(5_999)).toBeUndefined();
  expect(circuit.state).toBe('half-open');
  expect(circuit.admit(6_000)).toBeUndefined();
  expect(circuit.state).toBe('open');
  expect(circuit.retryAfterMs(6_000)).toBe(2_000);
  circuit.settle(hanging, 'success', 6_001);
  expect(circuit.state).toBe('open');
});

test('calls from before the opening decide neither for the probe nor after it', () => {
  const { circuit, fail, admit } = given();
  const [early, earlier, earliest] = [admit(0), admit(0), admit(0)];
  fail(0);
  fail(0);
  const probe = admit(1_000);
  circuit.settle(early, 'failure', 1_001);
  expect(circuit.state).toBe('half-open');
  circuit.settle(probe, 'success', 1_002);
  circuit.settle(earlier, 'failure', 1_003);
  circuit.settle(earliest, 'failure', 1_004);
  expect(circuit.state).toBe('closed');
});

test('a closed circuit has nothing to wait for', () => {
  expect(given().circuit.retryAfterMs(0)).toBe(0);
});
