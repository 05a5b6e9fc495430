import { join } from 'node:path';
import { exampleContract } from '@firedrill/core/scenario/contract';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';
import { small } from './small.ts';

/** A quarter of the players: for questions that do not depend on how many there are. */
const quarter = { shards: 160 };

const { run } = exampleContract(example, {
  source: join(import.meta.dirname, '../src'),
  planted,
  small,
  // As few players as in a storm of the swarm: one who is wronged is enough.
  smallest: example.swarm?.small ?? small,
  violations: { 'no-impossible-action': /action \d+ of player-\d+ is applied/ },
  hashed: { settings: quarter },
});

test('shedding begins with the push provider, is said, and ends with it', async () => {
  const { records } = await run('story');
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

test('with the players of an ordinary evening, and before any fault, the game does not miss a tick', async () => {
  const settings = { eventFactor: 1, onlineShare: 0.02 };
  const { records } = await collectRun(example, { scenario: 'failure', settings });
  const samples = records.filter(isOf('sample')).filter(({ atMs }) => atMs < 30_000);
  for (const { values } of samples) expect(values['ticks']).toBeGreaterThanOrEqual(19);
});
