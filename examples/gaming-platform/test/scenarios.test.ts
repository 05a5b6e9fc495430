import { runRecordSchema } from '@firedrill/core/scenario/record';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';

/** A quarter of the players: for questions that do not depend on how many there are. */
const small = { shards: 160 };

/** A failing seed is replayed by: pnpm --filter gaming-platform start -- --scenario=… --seed=… */
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
    await collectRun(example, { scenario: 'failure', settings: small }),
    await collectRun(example, { scenario: 'failure', settings: small }),
    await collectRun(example, { scenario: 'failure', settings: small, seed: 2 }),
  ];
  expect(second.finished.hash).toBe(first.finished.hash);
  expect(other.finished.hash).not.toBe(first.finished.hash);
});

test('every fault of the storm fires, and is counted', async () => {
  const { records } = await collectRun(example, { scenario: 'recovery' });
  const ended = records.filter(isOf('fault.ended'));
  expect(new Set(ended.map(({ fault }) => fault.kind))).toEqual(
    new Set(['slow', 'hang', 'error', 'drop-response']),
  );
  for (const { fault, fired } of ended) expect(fired, fault.id).toBeGreaterThan(0);
});

test('shedding begins with the push provider, is said, and ends with it', async () => {
  const { records } = await collectRun(example, { scenario: 'recovery' });
  const signals = records.filter(isOf('signal')).filter(({ phase }) => phase === 'hardened');
  const names = signals.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'shedding',
      'work-shed',
      'breaker-open',
      'breaker-closed',
      'shedding-over',
    ]),
  );
  const said = signals.filter(({ name }) => name === 'work-shed');
  for (const { text } of said) {
    expect(text).toMatch(/\d+ (effects|notifications) \(/);
    expect(text).not.toMatch(/rows|reports|rewards|scores/);
  }
});

test.each(['direct-calls', 'floating-promises', 'event-emitter', 'hooks'])(
  '%s in place of the repaired shard fails, naming the first event that broke an invariant',
  async (implementation) => {
    const { records, finished } = await collectRun(example, {
      scenario: 'recovery',
      implementation,
    });
    expect(finished.verdict).toBe('check-failed');
    const broken = records.filter(isOf('check')).filter(({ ok }) => !ok);
    const cheating = broken.find(({ name }) => name === 'no-impossible-action');
    expect(cheating?.firstViolation?.text).toMatch(/action \d+ of player-\d+ is applied/);
  },
);

test('the hardened shard in place of the broken one: the incident does not happen, and that fails', async () => {
  const { finished } = await collectRun(example, {
    scenario: 'failure',
    implementation: 'hardened',
  });
  expect(finished.verdict).toBe('check-failed');
});

test('with the players of an ordinary evening, and before any fault, the game does not miss a tick', async () => {
  const settings = { eventFactor: 1, onlineShare: 0.02 };
  const { records } = await collectRun(example, { scenario: 'failure', settings });
  const samples = records.filter(isOf('sample')).filter(({ atMs }) => atMs < 30_000);
  for (const { values } of samples) expect(values['ticks']).toBeGreaterThanOrEqual(19);
});
