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

const counting = (state: () => unknown): Decider<unknown, number, Event> => ({
  initialState: () => undefined,
  decide: (cents) => [credited(cents)],
  evolve: () => state(),
});

test.each([
  { what: 'a big integer', state: () => ({ total: 1n }) },
  { what: 'a NUL', state: () => 'a\0b' },
  { what: 'a Map', state: () => new Map([['n', 1]]) },
  { what: 'a date', state: () => ({ at: new Date(0) }) },
])('a command whose state has $what succeeds, and says that no snapshot was saved', async (row) => {
  const store = createMemoryEventStore({ catalogue });
  const failures: unknown[] = [];
  const snapshot = {
    name: 'n',
    schemaVersion: 1,
    everyEvents: 1,
    onFailure: (error: unknown) => void failures.push(error),
  };
  for (const version of [1, 2]) {
    const result = await handleCommand(store, counting(row.state), stream, 1, { snapshot });
    expect(result).toMatchObject({ version, snapshot: { kind: 'failed' } });
  }
  expect(failures).toMatchObject([{ code: 'INVALID_SNAPSHOT' }, { code: 'INVALID_SNAPSHOT' }]);
  expect(String(failures[0])).not.toContain('Nothing was written');
  expect(await store.readStream(stream)).toHaveLength(2);
  expect(await store.snapshots.load(stream, 'n')).toBeUndefined();
});

test('a state that JSON cannot give back is built from the events each time', async () => {
  const store = createMemoryEventStore({ catalogue });
  const byKind: Decider<ReadonlyMap<string, number>, number, Event> = {
    initialState: () => new Map(),
    decide: (cents) => [credited(cents)],
    evolve: (state, { type }) => new Map(state).set(type, (state.get(type) ?? 0) + 1),
  };
  const snapshot = { name: 'n', schemaVersion: 1, everyEvents: 1 };
  for (const count of [1, 2, 3]) {
    const { state } = await handleCommand(store, byKind, stream, 1, { snapshot });
    expect(state.get('account.credited')).toBe(count);
  }
});

test('an evolve that fails on what was decided lets nothing be written', async () => {
  const store = createMemoryEventStore({ catalogue });
  const failing: typeof account = {
    ...account,
    evolve: () => {
      throw new Error('no such event');
    },
  };
  await expect(handleCommand(store, failing, stream, 1)).rejects.toThrow('no such event');
  expect(await store.readStream(stream)).toEqual([]);
});

test('a snapshot that the caller cannot mean is refused before anything is written', async () => {
  const store = createMemoryEventStore({ catalogue });
  const snapshot = { name: '', schemaVersion: 1, everyEvents: 1 };
  await expect(handleCommand(store, account, stream, 1, { snapshot })).rejects.toThrow(
    /snapshot\.name/,
  );
  expect(await store.readStream(stream)).toEqual([]);
});
