import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineEvents } from '../catalogue/define-events.ts';
import { createMemoryEventStore } from '../memory/memory-event-store.ts';
import { given } from '../testing/given-when-then.ts';
import type { Decider } from './decider.ts';
import { handleCommand } from './handle-command.ts';

type Event =
  | { readonly type: 'account.credited'; readonly data: { readonly cents: number } }
  | { readonly type: 'account.debited'; readonly data: { readonly cents: number } };

const credited = (cents: number): Event => ({ type: 'account.credited', data: { cents } });
const debited = (cents: number): Event => ({ type: 'account.debited', data: { cents } });

/** Positive cents are put in, negative ones taken out. */
const account: Decider<{ readonly cents: number }, number, Event> = {
  initialState: () => ({ cents: 0 }),
  decide(cents, state) {
    if (cents === 0) return [];
    if (cents > 0) return [credited(cents)];
    if (state.cents + cents < 0) throw new Error('not enough money');
    return [debited(-cents)];
  },
  evolve: (state, { type, data }) => ({
    cents: state.cents + (type === 'account.credited' ? data.cents : -data.cents),
  }),
};

const amount = z.object({ cents: z.number() });
const catalogue = defineEvents({
  'account.credited': { schema: amount },
  'account.debited': { schema: amount },
});

const stream = { category: 'account', id: 'a' };

test('a decider is tested by what was given, what comes, and what follows', () => {
  given(account, credited(5)).when(-3).then(debited(3));
  given(account, credited(5)).when(-3).thenState({ cents: 2 });
  given(account, credited(5)).when(0).thenNothing();
  given(account, credited(5), debited(4))
    .when(-3)
    .thenRefuses(/not enough/);
  expect(() => {
    given(account).when(1).then(credited(2));
  }).toThrow(/deep-equal|deep|equal/i);
});

test('a command is decided on the state of its stream, and its events are appended', async () => {
  const store = createMemoryEventStore({ catalogue });
  await handleCommand(store, account, stream, 5);
  const result = await handleCommand(store, account, stream, -2, {
    metadata: { causationId: 'c' },
  });

  expect(result).toMatchObject({ state: { cents: 3 }, version: 2, events: [debited(2)] });
  await expect(handleCommand(store, account, stream, -4)).rejects.toThrow('not enough money');
  const events = await store.readStream(stream);
  expect(events.map(({ type }) => type)).toEqual(['account.credited', 'account.debited']);
  expect(events[1]?.metadata).toEqual({ causationId: 'c' });
});

test('a command with nothing to do appends nothing', async () => {
  const store = createMemoryEventStore({ catalogue });
  expect(await handleCommand(store, account, stream, 0)).toMatchObject({
    version: 0,
    append: undefined,
  });
});

test('commands at once are all decided on what was before them', async () => {
  const store = createMemoryEventStore({ catalogue });
  await handleCommand(store, account, stream, 10);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => handleCommand(store, account, stream, -3, { maxRetries: 8 })),
  );

  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(new Set(refused.map(({ reason }) => String(reason)))).toEqual(
    new Set(['Error: not enough money']),
  );
});

test('retries are bounded', async () => {
  const store = createMemoryEventStore({ catalogue });
  await handleCommand(store, account, stream, 10);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 4 }, () => handleCommand(store, account, stream, -1, { maxRetries: 0 })),
  );
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.map(({ reason }) => reason.code)).toEqual(Array(3).fill('VERSION_CONFLICT'));
});

test('a snapshot is saved every so many events, and loading starts there', async () => {
  const store = createMemoryEventStore({ catalogue });
  const snapshot = { name: 'balance', schemaVersion: 1, everyEvents: 3 };
  for (let index = 0; index < 7; index += 1) {
    await handleCommand(store, account, stream, 1, { snapshot });
  }
  expect(await store.snapshots.load(stream, 'balance')).toEqual({
    streamVersion: 6,
    schemaVersion: 1,
    state: { cents: 6 },
  });

  let evolved = 0;
  const counting: typeof account = {
    ...account,
    evolve: (state, event) => {
      evolved += 1;
      return account.evolve(state, event);
    },
  };
  const result = await handleCommand(store, counting, stream, -7, { snapshot });
  expect(result.state).toEqual({ cents: 0 });
  expect(evolved).toBe(2);
  const other = { ...snapshot, schemaVersion: 2 };
  expect((await handleCommand(store, account, stream, 1, { snapshot: other })).version).toBe(9);
});
