import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPostgresEventStore, type PostgresEventStore } from './index.ts';
import { dropSchema, onTestServer, testSchema, testServerUrl } from './test-server.ts';

const event = { type: 'order.placed', data: {} };
const any = { expectedVersion: 'any' } as const;
const order = (id: string) => ({ category: 'order', id });

const schemas: string[] = [];
let schema: string;
let store: PostgresEventStore;

beforeAll(() => onTestServer((client) => client.query('SELECT 1')));
beforeEach(async () => {
  schema = testSchema('positions');
  schemas.push(schema);
  store = await openPostgresEventStore({ connectionString: testServerUrl, schema });
  for (let index = 0; index < 5; index += 1) await store.append(order('a'), [event], any);
  return () => store.close();
});
afterAll(async () => {
  for (const each of schemas) await dropSchema(each);
});

function setSequence(to: number, sequence = 'event_position_seq'): Promise<unknown> {
  return onTestServer((client) =>
    client.query(`SELECT setval('"${schema}".${sequence}', $1)`, [to]),
  );
}

test('a sequence that a restore left behind the events is named, and nothing is written', async () => {
  await setSequence(2);
  const append = store.append(order('b'), [event], any);
  await expect(append).rejects.toMatchObject({ code: 'POSITION_SEQUENCE', reason: 'behind' });
  await expect(append).rejects.toThrow(/event_position_seq stands behind .*SELECT setval/);
  expect(await store.readStream(order('b'))).toEqual([]);
});

test.each([
  { what: 'one event', events: [event] },
  { what: 'several events', events: [event, event] },
])('$what at a free position that readers have passed are refused', async ({ events }) => {
  await setSequence(10);
  await store.append(order('b'), [event], any);
  // Transactions of other tests on the server, for as long as they are open, hold readers up.
  const scannedTo = async () => (await store.readAll()).scannedTo;
  await expect.poll(scannedTo, { timeout: 60_000 }).toBe(11);
  await setSequence(6);
  const append = store.append(order('c'), events, any);
  await expect(append).rejects.toThrow(/7 was drawn, and those up to 11 are taken/);
  expect(await store.readStream(order('c'))).toEqual([]);
  await setSequence(11);
  expect(await store.append(order('c'), events, any)).toMatchObject({ fromVersion: 1 });
});

test('beyond the last whole number of JavaScript nothing is written', async () => {
  await setSequence(2 ** 53 - 2);
  const last = await store.append(order('b'), [event], any);
  expect(last.position).toBe(2 ** 53 - 1);
  for (const events of [[event], [event, event, event]]) {
    const append = store.append(order('b'), events, any);
    await expect(append).rejects.toMatchObject({ code: 'POSITION_SEQUENCE', reason: 'exhausted' });
  }
  expect(await store.readStream(order('b'))).toHaveLength(1);
  expect((await store.positions()).head).toBe(2 ** 53 - 1);
});

test('a stream that is full is named', async () => {
  await onTestServer((client) =>
    client.query(`UPDATE "${schema}".stream SET version = 2147483647 WHERE id = 'a'`),
  );
  const append = store.append(order('a'), [event], any);
  await expect(append).rejects.toMatchObject({ code: 'STREAM_FULL' });
});

test('a stream whose head was restored without its events is named', async () => {
  await onTestServer((client) =>
    client.query(`UPDATE "${schema}".stream SET version = 3 WHERE id = 'a'`),
  );
  const append = store.append(order('a'), [event], any);
  await expect(append).rejects.toMatchObject({ code: 'STREAM_HEAD' });
  await expect(append).rejects.toThrow(/order\/a.*Nothing was written/);
});

test.each([2, 7])(
  'an outbox whose sequence a restore left at %d is named, and nothing is enqueued',
  async (left) => {
    const put = (...payloads: readonly number[]) =>
      store.transaction((tx) =>
        store.outbox.enqueue(
          payloads.map((payload) => ({ topic: 't', key: 'k', payload })),
          { tx },
        ),
      );
    await put(1, 2, 3, 4, 5);
    await setSequence(10, 'outbox_message_sequence_seq');
    await put(6);
    await setSequence(left, 'outbox_message_sequence_seq');
    const refused = put(7);
    await expect(refused).rejects.toMatchObject({ code: 'POSITION_SEQUENCE', reason: 'behind' });
    await expect(refused).rejects.toThrow(/outbox_message_sequence_seq stands behind/);
    expect(await store.outbox.status()).toMatchObject({ pending: 6 });
  },
);
