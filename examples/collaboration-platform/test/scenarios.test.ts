import { runRecordSchema } from '@firedrill/core/scenario/record';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';

/** A tenth of the people: for questions that do not depend on how many there are. */
const small = { arrivalsPerSecond: 0.4 };

const few = { arrivalsPerSecond: 0.25 };

/** A failing seed is replayed by: pnpm --filter collaboration-platform start -- --scenario=… --seed=… */
describe.each(['failure', 'recovery', 'scale', 'story'] as const)('%s', (scenario) => {
  test('ends as expected, with every record as its schema says', async () => {
    const { records, finished } = await collectRun(example, { scenario });
    const failed = records.filter(isOf('check')).filter(({ ok }) => !ok);
    expect(failed).toEqual([]);
    expect(finished.verdict).toBe('as-expected');
    for (const record of records) runRecordSchema.parse(record);
  });
});

test('the same seed gives the same hash, and another seed another', async () => {
  const [first, second, other] = [
    await collectRun(example, { scenario: 'recovery', settings: small }),
    await collectRun(example, { scenario: 'recovery', settings: small }),
    await collectRun(example, { scenario: 'recovery', settings: small, seed: 2 }),
  ];
  expect(second.finished.hash).toBe(first.finished.hash);
  expect(other.finished.hash).not.toBe(first.finished.hash);
});

test('every fault of the storm fires, and is counted', async () => {
  const { records } = await collectRun(example, { scenario: 'recovery' });
  const ended = records.filter(isOf('fault.ended')).filter(({ phase }) => phase === 'hardened');
  expect(new Set(ended.map(({ fault }) => fault.kind))).toEqual(
    new Set(['hang', 'slow', 'error', 'duplicate', 'reorder']),
  );
  for (const { fault, fired } of ended) expect(fired, fault.id).toBeGreaterThan(0);
});

test.each(Array.from({ length: 10 }, (_, ten) => 10 * ten + 1))(
  'with few people, the hardened platform keeps every promise for ten seeds from %i on',
  async (from) => {
    for (let seed = from; seed < from + 10; seed += 1) {
      const options = { scenario: 'recovery', seed, settings: few } as const;
      const { records } = await collectRun(example, options);
      const checks = records.filter(isOf('check')).filter(({ phase }) => phase === 'hardened');
      const failed = checks.filter(({ ok }) => !ok);
      expect(failed, `--scenario=recovery --seed=${seed} --set arrivalsPerSecond=0.25`).toEqual([]);
      expect(checks).toHaveLength(10);
    }
  },
);

test.each(['direct-calls', 'floating-promises', 'event-emitter', 'hooks'])(
  '%s in place of the repaired platform fails, naming the first event that broke an invariant',
  async (implementation) => {
    const { records, finished } = await collectRun(example, {
      scenario: 'recovery',
      implementation,
    });
    expect(finished.verdict).toBe('check-failed');
    const broken = records.filter(isOf('check')).filter(({ ok }) => !ok);
    const leak = broken.find(({ name }) => name === 'only-what-the-role-may-see');
    expect(leak?.firstViolation?.text).toMatch(/p-\d+ \((viewer|no role)\) in .* is sent/);
    const diverged = broken.find(({ name }) => name === 'replicas-converge');
    expect(diverged?.firstViolation?.text).toMatch(/p-\d+ (does not see|sees)/);
  },
);

test('the hardened platform in place of the broken one: the incident does not happen, and that fails', async () => {
  const { finished } = await collectRun(example, {
    scenario: 'failure',
    implementation: 'hardened',
  });
  expect(finished.verdict).toBe('check-failed');
});

test('in small rooms nobody freezes for half a minute', async () => {
  const { records } = await collectRun(example, {
    scenario: 'failure',
    settings: { allHandsShare: 0 },
  });
  const freeze = records.filter(isOf('check')).find(({ name }) => name === 'minute-long-freezes');
  expect(freeze?.ok).toBe(false);
});
