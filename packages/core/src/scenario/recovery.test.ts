import { expect, test } from 'vitest';
import type { FinishedPhase, VisitorCall } from '../scenario/run-phase.ts';
import { recoveryCheck } from './recovery.ts';

const seconds = 1_000;

/** What is found wrong; `undefined` when the system has recovered. */
function recoveryProblem(
  phase: FinishedPhase,
  parts?: Readonly<Record<string, number>>,
): string | undefined {
  const { ok, observed } = recoveryCheck('careful', phase, parts);
  return ok ? undefined : observed;
}

/** A run of ten minutes with a fault from 1:00 to 2:00 and a call each second, all of them well. */
function run(
  changes: Partial<FinishedPhase['judged']> = {},
  changeCall: (call: VisitorCall) => Partial<VisitorCall> = () => ({}),
): FinishedPhase {
  const calls = Array.from({ length: 600 }, (_, second) => {
    const startedAtMs = second * seconds;
    const call = { startedAtMs, endedAtMs: startedAtMs + 100, isInTrouble: false };
    return { ...call, ...changeCall(call) };
  });
  const judged = {
    faults: [{ id: 'a', kind: 'hang', service: 'till', fromMs: 60 * seconds, toMs: 120 * seconds }],
    durationMs: 600 * seconds,
    settledAtMs: 601 * seconds,
    epilogueMs: 0,
    unanswered: 0,
    ...changes,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that recovery looks at
  return { judged, calls } as unknown as FinishedPhase;
}

const inTrouble =
  (from: number, to: number, every = 1) =>
  ({ startedAtMs }: VisitorCall): Partial<VisitorCall> => {
    const second = startedAtMs / seconds;
    return { isInTrouble: second >= from && second < to && second % every === 0 };
  };

test('a system that serves and settles as before has recovered', () => {
  expect(recoveryProblem(run())).toBeUndefined();
});

test('trouble during the fault and two minutes after it is forgiven', () => {
  expect(recoveryProblem(run({}, inTrouble(60, 240)))).toBeUndefined();
});

test('trouble from two minutes after the last fault on is none', () => {
  expect(recoveryProblem(run({}, inTrouble(240, 300)))).toBe(
    '16.7 % of 360 calls end in trouble from 2 min after the last fault on',
  );
});

const strike = (id: string, from: number, to: number) =>
  ({ id, kind: 'hang', service: 'till', fromMs: from * seconds, toMs: to * seconds }) as const;

test('the last fault is the one that ends last, in whichever order they stand', () => {
  const faults = [strike('late', 200, 300), strike('early', 60, 120)];
  expect(recoveryProblem(run({ faults }, inTrouble(60, 420)))).toBeUndefined();
  expect(recoveryProblem(run({ faults }, inTrouble(60, 440)))).toContain('end in trouble');
});

test('what was in trouble before the first fault may be so afterwards', () => {
  expect(recoveryProblem(run({}, inTrouble(0, 600, 10)))).toBeUndefined();
  const worse = (call: VisitorCall) =>
    call.startedAtMs < 60 * seconds ? inTrouble(0, 60, 10)(call) : inTrouble(60, 600, 5)(call);
  expect(recoveryProblem(run({}, worse))).toContain('20 % of 360 calls end in trouble');
});

const unended = ({ startedAtMs }: VisitorCall) =>
  startedAtMs >= 500 * seconds ? { endedAtMs: undefined } : {};

test('a call that never ends is in trouble', () => {
  expect(recoveryProblem(run({}, unended))).toContain('calls end in trouble');
});

test('visitors who never got an answer come first', () => {
  expect(recoveryProblem(run({ unanswered: 3, settledAtMs: Infinity }))).toBe(
    '3 visitors never got an answer',
  );
});

const at = (settledAtMs: number) => run({ settledAtMs });

test('coming to rest may take two minutes, or a fifth more than the example declares', () => {
  expect(recoveryProblem(at(720 * seconds))).toBeUndefined();
  expect(recoveryProblem(at(721 * seconds))).toBe(
    'coming to rest took 2 min 01 s, and may take 2 min',
  );
  const parts = { 'for the hold': 100 * seconds, 'for the mail': 50 * seconds };
  expect(recoveryProblem(at(780 * seconds), parts)).toBeUndefined();
  expect(recoveryProblem(at(781 * seconds), parts)).toBe(
    'coming to rest took 3 min 01 s, and may take 3 min',
  );
  expect(recoveryProblem(at(720 * seconds), { 'for the mail': 5 * seconds })).toBeUndefined();
});

test('a system that does not come to rest at all is told from one that is late', () => {
  expect(recoveryProblem(run({ settledAtMs: Infinity }))).toBe(
    'coming to rest never came, and may take 2 min',
  );
});

test('what is asked for, by which arithmetic, and what was found is told, also when all is well', () => {
  const parts = { 'for the hold': 100 * seconds, 'for the mail': 50 * seconds };
  expect(recoveryCheck('careful', at(606 * seconds), parts)).toMatchObject({
    name: 'recovered',
    ok: true,
    expected:
      'calls as before 2 min after the last fault, ' +
      'at rest within 3 min (1 min 40 s for the hold + 50 s for the mail, and a fifth)',
    observed: 'at rest after 6 s',
    value: 6_000,
  });
});

const day = 86_400 * seconds;

test('a fault in the quiet days is no reason to look away from what the earlier ones left behind', () => {
  const faults = [strike('early', 60, 120), strike('late', 3_600, 3_700)];
  expect(recoveryProblem(run({ faults, epilogueMs: day }, inTrouble(240, 300)))).toContain(
    '360 calls end in trouble',
  );
});

test('coming to rest counts from the end of a fault after the load, where there are no quiet days', () => {
  const faults = [strike('late', 610, 700)];
  expect(recoveryProblem(run({ faults, settledAtMs: 810 * seconds }))).toBeUndefined();
  expect(recoveryProblem(run({ faults, settledAtMs: 830 * seconds }))).toContain('took 2 min 10 s');
});

test('what struck in quiet days, and was over before they were, excuses nothing at their end', () => {
  const faults = [strike('late', 3_600, 3_700)];
  const quiet = (settledAt: number) =>
    run({ faults, epilogueMs: day, settledAtMs: settledAt * seconds });
  expect(recoveryProblem(quiet(700))).toBeUndefined();
  expect(recoveryProblem(quiet(730))).toContain('took 2 min 10 s');
});
