import { expect, test } from 'vitest';
import { type BreakerState, Circuit, type Permit } from './circuit.ts';
import { failureCounters } from './failure-counter.ts';
import { type HalfOpenOptions, probeRules } from './probe-rules.ts';

interface Given {
  readonly failures?: number;
  readonly openMs?: (openings: number) => number;
  readonly halfOpen?: HalfOpenOptions;
}

function given({ failures = 2, openMs = (openings) => openings * 1_000, halfOpen }: Given = {}) {
  const transitions: `${BreakerState} > ${BreakerState}`[] = [];
  const circuit = new Circuit('merchant', {
    createCounter: failureCounters({ consecutive: failures }),
    openMs,
    probing: probeRules(halfOpen),
    probeTimeoutMs: 5_000,
    onTransition: ({ state }, from) => void transitions.push(`${from} > ${state}`),
  });
  const admit = (nowMs: number): Permit => {
    const permit = circuit.admit(nowMs);
    if (permit === undefined) throw new Error(`refused at ${nowMs}`);
    return permit;
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

test('probes that have to succeed in a row close it together, and one that fails opens it', () => {
  const { circuit, fail, succeed } = given({ halfOpen: { calls: 3 } });
  fail(0);
  fail(0);
  succeed(1_000);
  succeed(1_001);
  expect(circuit.state).toBe('half-open');
  fail(1_002);
  expect(circuit.state).toBe('open');
  expect(circuit.retryAfterMs(1_002)).toBe(2_000);
  succeed(3_002);
  succeed(3_003);
  succeed(3_004);
  expect(circuit.state).toBe('closed');
});

test('a sample of probes decides by its share of failures, as soon as the rest cannot change it', () => {
  const sample = { halfOpen: { calls: 10, failureRatio: 0.3, concurrency: 10 } };
  const bad = given(sample);
  bad.fail(0);
  bad.fail(0);
  bad.fail(1_000);
  bad.fail(1_000);
  expect(bad.circuit.state).toBe('half-open');
  bad.fail(1_000);
  expect(bad.circuit.state).toBe('open');

  const good = given(sample);
  good.fail(0);
  good.fail(0);
  good.fail(1_000);
  good.fail(1_000);
  for (let probe = 0; probe < 7; probe += 1) good.succeed(1_000);
  expect(good.circuit.state).toBe('half-open');
  good.succeed(1_000);
  expect(good.circuit.state).toBe('closed');
});

test('no more probes are let through than are needed, nor more at once than is allowed', () => {
  const { circuit, fail, admit } = given({ halfOpen: { calls: 3, concurrency: 2 } });
  fail(0);
  fail(0);
  const [first, second] = [admit(1_000), admit(1_000)];
  expect(circuit.admit(1_000)).toBeUndefined();
  circuit.settle(first, 'success', 1_001);
  circuit.settle(second, 'success', 1_001);
  admit(1_001);
  expect(circuit.admit(1_001)).toBeUndefined();
});

test('a probe without a verdict gives its place to the next call, and settles nothing later', () => {
  const { circuit, transitions, fail, admit } = given();
  fail(0);
  fail(0);
  const abandoned = admit(1_000);
  circuit.settle(abandoned, 'ignored', 1_001);
  expect([circuit.state, circuit.retryAfterMs(1_001)]).toEqual(['half-open', 0]);
  const next = admit(1_001);
  circuit.settle(abandoned, 'failure', 1_002);
  expect(circuit.state).toBe('half-open');
  circuit.settle(next, 'failure', 1_003);
  expect(circuit.retryAfterMs(1_003)).toBe(2_000);
  expect(transitions).toEqual(['closed > open', 'open > half-open', 'half-open > open']);
});

test('an isolated circuit refuses until its last holder lets go, and is then closed', () => {
  const { circuit, transitions, fail, admit } = given();
  fail(0);
  const before = admit(0);
  circuit.isolate();
  circuit.isolate();
  expect(circuit.admit(1e9)).toBeUndefined();
  circuit.settle(before, 'failure', 1);
  circuit.rejoin();
  expect(circuit.state).toBe('isolated');
  circuit.rejoin();
  fail(2);
  expect(circuit.state).toBe('closed');
  expect(transitions).toEqual(['closed > isolated', 'isolated > closed']);
});
