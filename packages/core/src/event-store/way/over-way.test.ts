import { describe, expect, test } from 'vitest';
import { createNetwork, type Fault, type Link, type StoreWay } from '../../services/index.ts';
import { sleep } from '../../resilience/index.ts';
import { createRandom, simulate } from '../../simulation/index.ts';
import {
  createMemoryEventStore,
  type EventStore,
  MemoryDatabase,
  type MemoryEventStoreOptions,
  type MemoryTransaction,
  StoreUnavailableError,
} from '../index.ts';
import { describeEventStore } from '../testing/index.ts';
import { overWay, storeOperations } from './index.ts';

const timeoutMs = 1_000;
const start = '2027-03-01T08:00:00.000Z';
const store: StoreWay = {
  name: 'store',
  operations: storeOperations,
  latency: { fixedMs: 2 },
  timeoutMs,
};

async function openWay(faults: readonly Fault[], link?: Link) {
  const random = createRandom(1, 'test');
  const network = await createNetwork({ transport: 'in-process', random, faults });
  return { network, way: network.way(store, link) };
}

const databases = new WeakMap<object, MemoryDatabase>();
const never = { kind: 'hang', service: 'store', fromMs: 1e9, toMs: 2e9 } as const;

/** On a way on which something might go wrong, and does not. */
async function overQuietWay(options: MemoryEventStoreOptions = {}) {
  const memory = createMemoryEventStore(options);
  const { way } = await openWay([never]);
  const over = overWay(memory, way);
  databases.set(over, memory.database);
  return over;
}

describeEventStore('over a way', {
  hasConcurrentTransactions: true,
  open: overQuietWay,
  reopen: (over, options: MemoryEventStoreOptions = {}) => {
    const database = databases.get(over);
    if (database === undefined) throw new Error('not a store of this harness');
    return overQuietWay({ ...options, database });
  },
});

const stream = { category: 'order', id: 'a' };
const placed = { type: 'placed', data: {} };
const strike = (kind: 'hang' | 'drop-response' | 'cut' | 'error', more: object = {}): Fault => ({
  kind,
  service: 'store',
  fromMs: 0,
  toMs: 500,
  ...more,
});

/** What a call came to, and what the store has afterwards. */
async function outcomeWith(
  faults: readonly Fault[],
  work: (over: EventStore<MemoryTransaction>) => Promise<unknown>,
) {
  const { value } = await simulate({ seed: 1, start }, async () => {
    const database = new MemoryDatabase();
    const { way } = await openWay(faults);
    const startMs = Date.now();
    const error = await work(overWay(createMemoryEventStore({ database }), way)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const tookMs = Date.now() - startMs;
    const outcome = error instanceof StoreUnavailableError ? error.outcome : error;
    const kept = await createMemoryEventStore({ database }).readStream(stream);
    return { outcome, tookMs, kept: kept.length, isLocked: database.open.size > 0 };
  });
  return value;
}

const link = (process: string): Link => ({ process, isCut: false, onCut: () => undefined });

const append = (over: EventStore<MemoryTransaction>) =>
  over.append(stream, [placed], { expectedVersion: 'any' });
const appendIn = (over: EventStore<MemoryTransaction>) =>
  over.transaction((tx) => over.append(stream, [placed], { expectedVersion: 'any', tx }));

describe('an append over a way', () => {
  test.each([
    ['hang', 'unknown', 0, 500],
    ['error', 'undone', 0, 1],
    ['drop-response', 'unknown', 1, timeoutMs],
    ['cut', 'unknown', 1, 0],
  ] as const)('that meets %s is %s', async (kind, outcome, kept, tookMs) => {
    expect(await outcomeWith([strike(kind)], append)).toEqual({
      outcome,
      kept,
      tookMs,
      isLocked: false,
    });
  });

  test('that is slower than the driver waits is done nevertheless', async () => {
    const slow: Fault = {
      kind: 'slow',
      service: 'store',
      fromMs: 0,
      toMs: 500,
      latency: { fixedMs: 1_500 },
    };
    const { outcome, kept, tookMs } = await outcomeWith([slow], async (over) => {
      await append(over).catch(() => undefined);
      await sleep(timeoutMs);
    });
    expect({ outcome, kept, tookMs }).toEqual({
      outcome: undefined,
      kept: 1,
      tookMs: 2 * timeoutMs,
    });
  });
});

describe('a transaction over a way', () => {
  test.each([
    ['hang', 'begin', 'undone', 0],
    ['error', 'append', 'undone', 0],
    ['drop-response', 'append', 'undone', 0],
    ['hang', 'commit', 'unknown', 0],
    ['error', 'commit', 'undone', 0],
    ['drop-response', 'commit', 'unknown', 1],
  ] as const)('that meets %s at its %s is %s', async (kind, operation, outcome, kept) => {
    const struck = await outcomeWith([strike(kind, { operation })], appendIn);
    expect(struck).toMatchObject({ outcome, kept, isLocked: false });
  });

  test('whose connection is lost is undone, whatever its work makes of that', async () => {
    const { outcome, kept } = await outcomeWith(
      [strike('error', { operation: 'outbox' })],
      (over) =>
        over.transaction(async (tx) => {
          await over.append(stream, [placed], { expectedVersion: 'any', tx });
          const message = { messageId: crypto.randomUUID(), topic: 'mail', key: 'a', payload: {} };
          await over.outbox.enqueue([message], { tx }).catch(() => undefined);
        }),
    );
    expect({ outcome, kept }).toEqual({ outcome: 'undone', kept: 0 });
  });

  test('that its work gives up is undone, and says why', async () => {
    const own = new Error('changed my mind');
    const struck = await outcomeWith([never], (over) =>
      over.transaction(async (tx) => {
        await over.append(stream, [placed], { expectedVersion: 'any', tx });
        throw own;
      }),
    );
    expect(struck).toMatchObject({ outcome: own, kept: 0, isLocked: false });
  });
});

test('who waits for an operation hears of it before the answer is there', async () => {
  const heard: string[] = [];
  const { network, way } = await openWay([]);
  const over = overWay(createMemoryEventStore(), way);
  network.onceDone('store.commit', () => heard.push('performed'));
  await appendIn(over);
  heard.push('answered');
  expect(heard).toEqual(['performed', 'answered']);
  expect(Object.fromEntries(network.performed())).toMatchObject({
    'store.begin': 1,
    'store.append': 1,
    'store.commit': 1,
    'store.read': 0,
  });
});

test('a partition keeps one process from the store, and no other', async () => {
  const { value } = await simulate({ seed: 1, start }, async () => {
    const split = {
      kind: 'partition',
      service: 'store',
      process: 'app-1',
      fromMs: 0,
      toMs: 500,
    } as const;
    const { network } = await openWay([split]);
    const database = new MemoryDatabase();
    const open = (process: string) =>
      overWay(createMemoryEventStore({ database }), network.way(store, link(process)));
    const cut = await open('app-1')
      .append(stream, [placed], { expectedVersion: 'any' })
      .then(String, (error: unknown) =>
        error instanceof StoreUnavailableError ? error.outcome : '',
      );
    return { cut, other: (await append(open('app-2'))).toVersion };
  });
  expect(value).toEqual({ cut: 'unknown', other: 1 });
});
