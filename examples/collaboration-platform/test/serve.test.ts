import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { Canvas, emptyUpdate } from '../src/domain/canvas.ts';
import { cursorUpdate } from '../src/implementations/hardened/cursors.ts';
import { Room } from '../src/implementations/hardened/room.ts';
import { closeCodes } from '../src/serve/close-codes.ts';
import type { Limits } from '../src/serve/limits.ts';
import { type Serving, startServing } from '../src/serve/start.ts';
import { Client, identify, newRoom } from './serve-client.ts';

const started: Serving[] = [];
const faults: string[] = [];

const onFault = (roomId: string): unknown => faults.push(roomId);
let shared: Promise<Serving> | undefined;

/** On a busy machine a test may take its time, and say nothing for long. */
const patient = { helloWithinMs: 600_000, silentAfterMs: 600_000 };

/** A server with the usual limits is the same for all tests, of which each has a canvas of its own. */
async function start(limits?: Partial<Limits>): Promise<string> {
  const options = { host: '127.0.0.1', port: 0, limits: { ...patient, ...limits }, onFault };
  if (limits === undefined) {
    shared ??= startServing(options);
    return (await shared).url;
  }
  const serving = await startServing(options);
  started.push(serving);
  return serving.url;
}

beforeEach(() => void newRoom());
afterAll(async () => (await shared)?.stop());
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const serving of started.splice(0)) await serving.stop();
  const unexpected = faults.splice(0);
  if (unexpected.length > 0) throw new Error(`faults in ${unexpected.join(', ')}`);
});

/** A rate that nobody exceeds. */
const endless = { burst: 1e9, ratePerSecond: 1e9 };

/** Somebody who was there before, and is to notice nothing. */
async function expectUnharmed(url: string, neighbour: Client): Promise<void> {
  expect(await neighbour.putUp('after')).toBe('ack');
  const newcomer = await Client.enter(url);
  expect(newcomer.canvas.has('after')).toBe(true);
}

describe('who comes', () => {
  test('is greeted only from a page of this server, and by a name of it', async () => {
    const url = await start();
    const statusFor = async (headers: Record<string, string>): Promise<number | undefined> => {
      const socket = new WebSocket(url.replace('http', 'ws'), { headers });
      const [, response]: unknown[] = await once(socket, 'unexpected-response');
      socket.on('error', () => {});
      socket.terminate();
      const [page] = await once(request(url, { headers }).end(), 'response');
      page.resume();
      expect(page.statusCode).toBe(403);
      return typeof response === 'object' && response !== null && 'statusCode' in response
        ? Number(response.statusCode)
        : undefined;
    };
    const { host, port } = new URL(url);
    expect(await statusFor({ origin: 'https://elsewhere.example' })).toBe(403);
    expect(await statusFor({ host: `elsewhere.example:${port}` })).toBe(403);
    // As a page does whose name was made to lead here.
    const rebound = { host: `evil.test:${port}`, origin: `http://evil.test:${port}` };
    expect(await statusFor(rebound)).toBe(403);
    expect(await statusFor({ host, origin: 'null' })).toBe(403);
  });

  test('has to be who they say', async () => {
    const url = await start();
    const [ada, bruno] = [await identify(url), await identify(url)];
    for (const proof of ['', '00', bruno.proof]) {
      const client = new Client(url, { personId: ada.personId, proof });
      expect(await client.closed).toBe(closeCodes.unknownPerson);
    }
  });

  test.each<[string, object]>([
    ['another type', { type: 'what?' }],
    ['a vector that is none', { vector: Uint8Array.of(255, 255, 255) }],
    ['a vector that is no bytes', { vector: 'x' }],
    ['a room that is a path', { roomId: '../x' }],
    ['a replica that is the server’s', { clientId: 0 }],
    ['a replica that Yjs cannot name', { clientId: 2 ** 40 }],
    ['a name that is too long', { name: 'x'.repeat(100_000) }],
  ])('is hung up on for a first message with %s', async (_what, hello) => {
    const url = await start();
    const neighbour = await Client.enter(url);
    const client = new Client(url, await identify(url), { hello });
    expect(await client.closed).toBe(closeCodes.policy);
    await expectUnharmed(url, neighbour);
  });

  test('is not let in again as somebody else once an admin has decided, but by invitation', async () => {
    const [url, roomId] = [await start(), newRoom()];
    const [admin, bruno] = [await Client.enter(url), await Client.enter(url)];
    const { personId } = bruno.identity;
    admin.send({ type: 'decide', personId });
    expect(await bruno.closed).toBe(closeCodes.noAccess);
    const again = new Client(url, await identify(url));
    expect(await again.closed).toBe(closeCodes.noAccess);
    const invite = async (identity: object): Promise<Response> =>
      fetch(new URL('/invitations', url), {
        method: 'POST',
        body: JSON.stringify({ ...identity, roomId, role: 'viewer' }),
      });
    expect((await invite(again.identity)).status).toBe(403);
    expect((await invite({ ...admin.identity, proof: 'x' })).status).toBe(403);
    const { invitation } = Object(await (await invite(admin.identity)).json());
    const invited = await Client.enter(url, { invitation });
    // Promised was to watch, whatever is wished for.
    expect(invited.messages[0]).toMatchObject({ type: 'shapes', isWhole: true });
    admin.send({ type: 'decide', personId: invited.identity.personId });
    await invited.closed;
    expect(await new Client(url, await identify(url), { invitation }).closed).toBe(
      closeCodes.noAccess,
    );
  });
});

const spoilt = (spoil: (doc: Y.Doc) => void): Uint8Array => {
  const doc = new Y.Doc();
  spoil(doc);
  return Y.encodeStateAsUpdate(doc);
};
const shapes = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('shapes');

describe('an update', () => {
  test.each<[string, Uint8Array]>([
    ['a text for a note', spoilt((doc) => shapes(doc).set('s', 'text'))],
    ['a note without fields', spoilt((doc) => shapes(doc).set('s', new Y.Map()))],
    ['a list for notes', spoilt((doc) => doc.getArray('shapes').push([1]))],
    ['something beside notes', spoilt((doc) => doc.getText('more').insert(0, 'x'))],
    ['bytes that are none', Uint8Array.of(1, 2, 3)],
    [
      'something that hangs in the air',
      (() => {
        const doc = new Y.Doc();
        doc.getText('t').insert(0, 'x');
        const before = Y.encodeStateVector(doc);
        doc.getText('t').insert(0, 'y');
        return Y.encodeStateAsUpdate(doc, before);
      })(),
    ],
  ])('of %s is refused, and harms nobody', async (_what, update) => {
    const url = await start();
    const [neighbour, attacker] = [await Client.enter(url), await Client.enter(url)];
    await neighbour.putUp('before', 'kept');
    expect(await attacker.update(update)).toBe('refused');
    expect(await attacker.putUp('mine')).toBe('ack');
    await expectUnharmed(url, neighbour);
  });

  test('in the name of another’s replica is refused, and so is a newcomer with it', async () => {
    const url = await start();
    const [ada, attacker] = [await Client.enter(url), await Client.enter(url)];
    await ada.putUp('before');
    const forged = new Client(url, await identify(url), { clientId: ada.clientId });
    expect(await forged.closed).toBe(closeCodes.policy);
    // Nothing is wrong with the note but whose it is said to be.
    const replica = new Canvas(ada.clientId);
    Y.applyUpdate(replica.doc, Y.encodeStateAsUpdate(ada.canvas.doc));
    // Yjs takes another one when it sees its own.
    replica.doc.clientID = ada.clientId;
    const shape = { id: 'forged', x: 0, y: 0, text: '', layer: 'board' } as const;
    expect(await attacker.update(replica.apply({ kind: 'create', shape }))).toBe('refused');
    await expectUnharmed(url, ada);
  });

  test('of more than a canvas holds is refused', async () => {
    const url = await start({ textLength: 100, shapes: 2, documentBytes: 1_000 });
    const ada = await Client.enter(url);
    expect(await ada.putUp('s-1', 'x'.repeat(101))).toBe('refused');
    const bruno = await Client.enter(url);
    expect(await bruno.putUp('s-1')).toBe('ack');
    expect(await bruno.putUp('s-2')).toBe('ack');
    expect(await bruno.putUp('s-3')).toBe('refused');
    const chidi = await Client.enter(url);
    expect(await chidi.update(new Uint8Array(1_001))).toBe('refused');
  });
});

describe('a cursor', () => {
  test('is one’s own: whose it is says the server, and that of another is none', async () => {
    const url = await start();
    const [ada, bruno] = [await Client.enter(url), await Client.enter(url)];
    const state = { id: ada.identity.personId, name: 'Bruno', x: 1, y: 2 };
    bruno.send({ type: 'cursor', update: cursorUpdate(bruno.clientId, 1, state) });
    const seen = await ada.next(
      (message) => message.type === 'cursors' && message.update.length > 1,
    );
    const text = seen.type === 'cursors' ? Buffer.from(seen.update).toString() : '';
    expect(text).toContain(bruno.identity.personId);
    expect(text).not.toContain(ada.identity.personId);
    bruno.send({ type: 'cursor', update: cursorUpdate(ada.clientId, 99, state) });
    expect(await bruno.closed).toBe(closeCodes.policy);
  });
});

describe('a peer', () => {
  test('that floods is hung up on, and the others do not notice', async () => {
    const url = await start();
    const [neighbour, attacker] = [await Client.enter(url), await Client.enter(url)];
    for (let number = 0; number < 5_000; number += 1) attacker.send({ type: 'ping' });
    await attacker.closed;
    expect(attacker.messages.filter(({ type }) => type === 'pong').length).toBeLessThan(1_000);
    await expectUnharmed(url, neighbour);
  });

  test('that never reads is cut off, whatever it is that it does not read', async () => {
    const url = await start({ messages: endless, bytes: endless, addressBytes: endless });
    const [neighbour, attacker] = [await Client.enter(url), await Client.enter(url)];
    attacker.socket.pause();
    const stamps = Array.from({ length: 2_000 }, (_, number) =>
      attacker.stamp('', { id: `${number}`.padEnd(128, '-') }),
    );
    // Each is answered by a quarter of a megabyte of acknowledgements.
    for (let number = 0; number < 40; number += 1) {
      attacker.send({ type: 'update', update: emptyUpdate, stamps });
      // Who does read keeps up, however slow the machine.
      await neighbour.roundTripMs();
    }
    const { personId } = attacker.identity;
    await neighbour.next((message) => message.type === 'people' && message.left.includes(personId));
    await expectUnharmed(url, neighbour);
    attacker.socket.terminate();
  });

  test('that says nothing is hung up on, before it has said who it is and after', async () => {
    // Of the server's clock alone, so that no machine is too slow to say something in time.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const url = await start({ helloWithinMs: 5_000, silentAfterMs: 20_000 });
    const silent = new WebSocket(url.replace('http', 'ws'));
    await once(silent, 'open');
    const [client, other] = [await Client.enter(url), await Client.enter(url)];
    // What the server does with it is told by its answer.
    const hear = async (): Promise<unknown> => {
      const heard = other.next(({ type }) => type === 'pong', other.messages.length);
      other.send({ type: 'ping' });
      return heard;
    };
    vi.advanceTimersByTime(5_000);
    await hear();
    expect(silent.readyState).toBe(WebSocket.OPEN);
    vi.advanceTimersByTime(1_000);
    // Without a last word: it would not be heard.
    expect(await once(silent, 'close')).toMatchObject([1_006, expect.anything()]);
    vi.advanceTimersByTime(14_000);
    await hear();
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    vi.advanceTimersByTime(1_000);
    expect(await client.closed).toBe(1_006);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('is one of so many: of a person, and of all', async () => {
    const url = await start({ socketsPerPerson: 2, sockets: 3 });
    const identity = await identify(url);
    for (const room of ['a', 'b']) await Client.enter(url, { identity, room });
    const third = new Client(url, identity, { room: 'c' });
    expect(await third.closed).toBe(closeCodes.tooMany);
    await Client.enter(url);
    const [response]: unknown[] = (
      await once(
        new WebSocket(url.replace('http', 'ws')).on('error', () => {}),
        'unexpected-response',
      )
    ).slice(1);
    expect(response).toMatchObject({ statusCode: 503 });
  });

  test('that comes a second time replaces itself', async () => {
    const url = await start();
    const first = await Client.enter(url);
    await Client.enter(url, { identity: first.identity });
    expect(await first.closed).toBe(closeCodes.elsewhere);
  });
});

test('a fault in one room ends there', async () => {
  const url = await start();
  const [bad, good] = [await Client.enter(url, { room: 'bad' }), await Client.enter(url)];
  const flush = vi.spyOn(Room.prototype, 'flushNews').mockImplementation(function (this: Room) {
    if (this.id === 'bad') throw new Error('a defect');
    return false;
  });
  await Client.enter(url, { room: 'bad' });
  await bad.closed;
  flush.mockRestore();
  expect(faults.splice(0)).toEqual(['bad']);
  await expectUnharmed(url, good);
  expect(await (await Client.enter(url, { room: 'bad', identity: bad.identity })).putUp('s')).toBe(
    'ack',
  );
});

test('serves the page and its modules, nothing outside of them, and nothing else runs there', async () => {
  const url = await start();
  const get = (path: string): Promise<Response> => fetch(url + path);
  for (const path of ['', 'src/serve/page/page.ts', 'modules/yjs/dist/yjs.mjs']) {
    const response = await get(path);
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self' 'sha256-");
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
  for (const path of [
    'package.json',
    'src/%2e%2e/package.json',
    'src/..%2fpackage.json',
    'modules/yjs/..%2f..%2f..%2fpackage.json',
    'src/serve/nothing.ts',
    '__proto__',
  ]) {
    expect((await get(path)).status, path).toBe(404);
  }
});
