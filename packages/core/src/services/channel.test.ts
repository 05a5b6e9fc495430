import { describe, expect, test } from 'vitest';
import { sleep } from '../resilience/index.ts';
import { withNetwork } from './contract/simulated-network.ts';
import { defineChannel, type Fault, type FaultKind, type Link } from './index.ts';

interface Callback {
  readonly id: string;
}

const options = {
  name: 'callbacks',
  latency: { fixedMs: 50 },
  keyOf: ({ id }: Callback) => id,
} as const;
/** A message with something of each kind in it. */
const payment = { id: 'c-1', amountCents: 1_200, isLast: false, of: { key: 'merchant-7' } };
type Payment = typeof payment;
const latency = { fixedMs: 50 } as const;

const entriesOf = ({ of, ...rest }: Payment): readonly (readonly [string, unknown])[] =>
  Object.entries({ ...rest, ...of });
const isOther = ([name, value]: readonly [string, unknown]): boolean =>
  new Map(entriesOf(payment)).get(name) !== value;

const strike = { service: 'callbacks', fromMs: 0, toMs: 1_000 } as const;

/** Sends messages at once, and gives what arrived, when, and the figures. */
async function deliveries(faults: readonly Fault[], ids: readonly string[]) {
  return await withNetwork({ transport: 'in-process', faults }, async (network) => {
    const channel = network.channel<Callback>(options);
    const arrived: { readonly id: string; readonly atMs: number }[] = [];
    channel.onMessage(({ id }) => arrived.push({ id, atMs: performance.now() }));
    for (const id of ids) channel.send({ id });
    await sleep(5_000);
    return { arrived, metrics: channel.metrics(), counts: [...network.faultCounts().values()] };
  });
}

describe('a channel', () => {
  test('delivers each message after its latency', async () => {
    const { arrived, metrics } = await deliveries([], ['a', 'b']);
    expect(arrived).toEqual([
      { id: 'a', atMs: 50 },
      { id: 'b', atMs: 50 },
    ]);
    expect(metrics).toEqual({ sent: 2, copies: 0, delivered: 2, lost: 0, inFlight: 0 });
  });

  test('holds messages while it hangs, and delivers them when that ends', async () => {
    const { arrived, counts } = await deliveries([{ kind: 'hang', ...strike }], ['a']);
    expect(arrived).toEqual([{ id: 'a', atMs: 1_000 }]);
    expect(counts).toEqual([1]);
  });

  test('may deliver a message twice', async () => {
    const { arrived, metrics } = await deliveries([{ kind: 'duplicate', ...strike }], ['a']);
    expect(arrived.map(({ id }) => id)).toEqual(['a', 'a']);
    expect(metrics).toMatchObject({ sent: 1, copies: 1, delivered: 2, inFlight: 0 });
  });

  test('may deliver messages out of order', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `${n}`);
    const { arrived } = await deliveries([{ kind: 'reorder', ...strike, delayMs: 500 }], ids);
    expect(arrived.map(({ id }) => id)).not.toEqual(ids);
    expect(arrived).toHaveLength(12);
  });

  test.each<FaultKind>(['drop-response', 'error', 'flap'])('loses messages to %s', async (kind) => {
    const fault: Fault =
      kind === 'flap'
        ? { kind, ...strike, periodMs: 100, downMs: 50 }
        : { kind: kind === 'error' ? 'error' : 'drop-response', ...strike };
    const { arrived, metrics, counts } = await deliveries([fault], ['a', 'b']);
    expect(arrived).toEqual([]);
    expect(metrics).toMatchObject({ lost: 2, inFlight: 0 });
    expect(counts).toEqual([2]);
  });

  test('changes one thing of a message that is checked, and leaves the sender its own', async () => {
    const fault: Fault = { kind: 'corrupt', ...strike };
    await withNetwork({ transport: 'in-process', faults: [fault] }, async (network) => {
      const channel = network.channel<Payment>({ name: 'callbacks', latency, isChecked: true });
      const arrived: Payment[] = [];
      channel.onMessage((message) => arrived.push(message));
      for (let sent = 0; sent < 60; sent += 1) channel.send(payment);
      await sleep(1_000);
      expect(arrived).toHaveLength(60);
      const changed = arrived.map((message) => entriesOf(message).filter(isOther));
      expect(changed.every((entries) => entries.length === 1)).toBe(true);
      const names = new Set(changed.flat().map(([name]) => name));
      expect([...names].toSorted()).toEqual(['amountCents', 'id', 'isLast', 'key']);
      expect(channel.metrics()).toMatchObject({ sent: 60, delivered: 60, lost: 0 });
      expect([...network.faultCounts().values()]).toEqual([60]);
    });
  });

  test('may strike a share of the keys', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `key-${n}`);
    const fault: Fault = { kind: 'drop-response', ...strike, share: 0.5, of: 'keys' };
    const { arrived, metrics } = await deliveries([fault], [...ids, ...ids]);
    expect(arrived).toHaveLength(metrics.delivered);
    expect(metrics.lost).toBeGreaterThan(20);
    expect(metrics.lost % 2).toBe(0);
  });

  test('counts as lost what arrives when nobody listens', async () => {
    await withNetwork({ transport: 'in-process' }, async (network) => {
      const channel = network.channel<Callback>(options);
      const stop = channel.onMessage(() => undefined);
      channel.send({ id: 'a' });
      await sleep(60);
      stop();
      channel.send({ id: 'b' });
      expect(channel.metrics()).toMatchObject({ inFlight: 1 });
      await sleep(60);
      expect(channel.metrics()).toMatchObject({ sent: 2, delivered: 1, lost: 1 });
    });
  });

  test('tries again for as long as nobody listens, where it was declared to', async () => {
    await withNetwork({ transport: 'in-process' }, async (network) => {
      const channel = network.channel<Callback>({ ...options, againAfterMs: 500 });
      channel.send({ id: 'a' });
      await sleep(1_200);
      expect(channel.metrics()).toMatchObject({ delivered: 0, lost: 0, inFlight: 1 });
      const arrived: number[] = [];
      channel.onMessage(() => arrived.push(performance.now()));
      await sleep(1_000);
      expect(arrived).toEqual([1_550]);
      expect(channel.metrics()).toMatchObject({ delivered: 1, inFlight: 0 });
    });
  });

  test('that is declared is sent to by the world, and its inbox is what a process holds', async () => {
    await withNetwork({ transport: 'in-process' }, async (network) => {
      const declared = defineChannel<Callback>(options);
      expect(() => declared.send({ id: 'early' })).toThrow(
        'Failed to use the channel "callbacks": it is not open yet. Declare it among what createServices gives back.',
      );
      const inbox = network.inbox(declared);
      expect(Object.keys(inbox)).toEqual(['onMessage']);
      const arrived: string[] = [];
      const stop = inbox.onMessage(({ id }) => arrived.push(id));
      expect(network.handlerCount()).toBe(1);
      declared.send({ id: 'a' });
      await sleep(60);
      stop();
      expect(network.handlerCount()).toBe(0);
      declared.send({ id: 'b' });
      await sleep(60);
      expect(arrived).toEqual(['a']);
      expect(declared.metrics()).toMatchObject({ sent: 2, delivered: 1, lost: 1 });
    });
  });

  test('reaches a process no more when it is gone', async () => {
    await withNetwork({ transport: 'in-process' }, async (network) => {
      const declared = defineChannel<Callback>(options);
      const listeners: (() => void)[] = [];
      let isCut = false;
      const link: Link = {
        process: 'app',
        get isCut() {
          return isCut;
        },
        onCut: (listener) => listeners.push(listener),
      };
      const arrived: string[] = [];
      const inbox = network.inbox(declared, link);
      inbox.onMessage(({ id }) => arrived.push(id));
      declared.send({ id: 'a' });
      await sleep(60);
      isCut = true;
      for (const listener of listeners) listener();
      inbox.onMessage(({ id }) => arrived.push(id));
      declared.send({ id: 'b' });
      await sleep(60);
      expect(arrived).toEqual(['a']);
      expect(network.handlerCount()).toBe(0);
    });
  });

  test('is kept by a partition from the process that it cuts off, and sent again to it', async () => {
    const faults: Fault[] = [
      { kind: 'partition', service: options.name, fromMs: 0, toMs: 5_000, process: 'app-2' },
    ];
    await withNetwork({ transport: 'in-process', faults }, async (network) => {
      const declared = defineChannel<Callback>({ ...options, againAfterMs: 1_000 });
      const arrived: string[] = [];
      const listen = (process: string): (() => void) =>
        network
          .inbox(declared, { process, isCut: false, onCut: () => undefined })
          .onMessage(({ id }) => arrived.push(`${id} at ${process}`));
      const stop = listen('app-1');
      listen('app-2');
      declared.send({ id: 'a' });
      await sleep(100);
      stop();
      declared.send({ id: 'b' });
      await sleep(6_000);
      expect(arrived).toEqual(['a at app-1', 'b at app-2']);
      expect(declared.metrics()).toMatchObject({ sent: 2, delivered: 2, lost: 0 });
    });
  });

  test('has a name of its own', async () => {
    await withNetwork({ transport: 'in-process' }, async (network) => {
      network.channel(options);
      expect(() => network.channel(options)).toThrow(RangeError);
    });
  });

  test('refuses a fault of one of its operations: it has none', async () => {
    const faults: Fault[] = [{ kind: 'hang', ...strike, operation: 'send' }];
    await withNetwork({ transport: 'in-process', faults }, async (network) => {
      expect(() => network.channel(options)).toThrow(/has no such operation/);
    });
  });
});
