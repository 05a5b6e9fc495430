import { sleep } from '@firedrill/core/resilience';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Canvas } from '../src/domain/canvas.ts';
import type { Change, Role, Shape } from '../src/domain.ts';
import type { ClientMessage, Kept, ServerMessage } from '../src/domain/protocol.ts';
import { App, type AppDevice, type AppSurroundings } from '../src/implementations/hardened/app.ts';
import { readCursor } from '../src/implementations/hardened/cursors.ts';
import type { Hello } from '../src/implementations/hardened/member.ts';
import { createReplica, type ReplicaStorage } from '../src/implementations/hardened/replica.ts';
import type { Link } from '../src/world/links.ts';
import { create } from './people.ts';
import { inVirtualTime } from './virtual-time.ts';

const second = 1_000;

/** A connection as a test has it, which speaks for the server. */
interface Line {
  readonly hello: Hello | undefined;
  readonly isClosed: boolean;
  /** What the app has sent, oldest first. */
  readonly sent: readonly ClientMessage[];
  say(message: ServerMessage): void;
}

/** A browser's storage, in which there may be something. */
function openStorage(kept: Kept[] = []): ReplicaStorage & { readonly kept: Kept[] } {
  return {
    isWhole: true,
    kept,
    keep: (each) => void kept.push(each),
    settled: (document) => void kept.splice(0, Infinity, { update: document(), stamp: undefined }),
    clear: () => void kept.splice(0),
  };
}

interface Opening {
  readonly role?: Role;
  readonly storage?: ReplicaStorage;
  /** How many replicas the device has had before. */
  readonly replicasBefore?: number;
  /** Whether an attempt to connect, counted from 1, succeeds. Default: each does at once. */
  readonly connect?: (attempt: number) => Promise<void>;
  /** Between two attempts, in ms. Default: a second. */
  readonly waitMs?: number;
}

/** An app on a device, which a test connects to a server of its own. */
function openApp({
  role = 'editor',
  storage,
  replicasBefore = 0,
  connect = async () => {},
  waitMs = second,
}: Opening = {}) {
  const lines: Line[] = [];
  /** Number of each wait before it was tried again. */
  const waits: number[] = [];
  const refused: string[] = [];
  let attempts = 0;
  let replicas = replicasBefore;
  const apps = new Set<App>();

  function openLine(): Link {
    const sent: ClientMessage[] = [];
    let isClosed = false;
    let hello: Hello | undefined;
    const link: Link = {
      bufferedBytes: 0,
      send: () => {},
      sendUp: (message) => void (isClosed || sent.push(message)),
      device: undefined,
      server: undefined,
      cut: () => {},
      close: () => (isClosed = true),
    };
    lines.push({
      get hello() {
        return hello;
      },
      get isClosed() {
        return isClosed;
      },
      sent,
      say: (message) => link.device?.receive(message, link),
    });
    greetings.set(link, (given) => (hello = given));
    return link;
  }
  const greetings = new Map<object, (hello: Hello) => void>();

  const around: AppSurroundings = {
    server: {
      connect(peer, hello) {
        greetings.get(peer)?.(hello);
        return { receive: () => {}, lost: () => {} };
      },
    },
    nowMs: () => performance.now(),
    reconnectAfterMs(attempt) {
      waits.push(attempt);
      return waitMs;
    },
    createReplica,
    newClientId: () => (replicas += 1),
    onOpening: (app) => apps.add(app),
    onClosed: (app) => apps.delete(app),
  };
  const device: AppDevice = {
    person: { id: 'ada', name: 'Ada Amari', roomId: 'r', role },
    ...(storage !== undefined && { storage }),
    async connect() {
      attempts += 1;
      await connect(attempts);
      return openLine();
    },
    onOnline: undefined,
    refused: (editIds) => void refused.push(...editIds),
  };
  const opened = App.open(around, device);
  /** The connection that was made last. */
  const line = async (): Promise<Line> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    const last = lines.at(-1);
    if (last === undefined) throw new Error('Nobody has connected.');
    return last;
  };
  return { opened, device, lines, line, waits, refused, apps };
}

/** What the server has, as far as the app is told. */
const server = new Canvas(1_000);
server.apply(create('there'));
const stateOf = (role: Role = 'editor'): ServerMessage => ({
  type: 'state',
  role,
  update: Y.encodeStateAsUpdate(server.doc),
  vector: Y.encodeStateVector(server.doc),
  stamps: [],
});

/** An app whose canvas is on the screen. */
async function openCanvas(opening?: Opening) {
  const opens = openApp(opening);
  (await opens.line()).say(stateOf());
  return { ...opens, app: await opens.opened };
}

let edits = 0;
const edit = (app: App, change: Change, id = `e-${(edits += 1)}`): Promise<void> =>
  app.edit({ id, by: 'ada', atMs: 0, change });

const shapesOf = (...updates: readonly Uint8Array[]): readonly string[] => {
  const canvas = new Canvas(9_999);
  Y.applyUpdate(canvas.doc, Y.encodeStateAsUpdate(server.doc));
  for (const update of updates) Y.applyUpdate(canvas.doc, update);
  return [...canvas.shapes().keys()].toSorted();
};

const updatesIn = ({ sent }: Line) => sent.filter((message) => message.type === 'update');
const note = (id: string): Shape => ({ id, x: 0, y: 0, text: '', layer: 'board' });
const shapes = (isWhole: boolean, ids: readonly string[], removed: readonly string[] = []) =>
  ({ type: 'shapes', isWhole, shapes: ids.map(note), removed, stamps: [] }) as const;

/** Answers nothing or each ping, while the app looks after its connection every four seconds. */
async function beat(app: App, times: number, line?: Line): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    app.pulse();
    line?.say({ type: 'pong' });
    await sleep(4 * second);
  }
}

describe('an app that cannot connect', () => {
  test('tries again until it can, each time as one more attempt, and then begins to count anew', () =>
    inVirtualTime(async () => {
      const downAt = new Set([1, 2, 3, 5, 6]);
      const { opened, line, waits, device } = openApp({
        connect: async (attempt) => {
          if (downAt.has(attempt)) throw new Error('down');
        },
      });
      await sleep(2_500);
      expect(waits).toEqual([1, 2, 3]);
      await sleep(second);
      (await line()).say(stateOf());
      await opened;
      device.onOnline?.();
      await sleep(5 * second);
      expect(waits).toEqual([1, 2, 3, 1, 2]);
      expect((await line()).hello).toBeDefined();
    }));

  test('and is told to come in a minute does not come before', () =>
    inVirtualTime(async () => {
      const { opened, apps, line, waits } = openApp({
        connect: async (attempt) => {
          if (attempt === 1) throw new Error('come again');
        },
        waitMs: 60 * second,
      });
      const [app] = apps;
      if (app === undefined) throw new Error('No app was opened.');
      await beat(app, 14);
      await expect(line()).rejects.toThrow('Nobody has connected.');
      await sleep(5 * second);
      (await line()).say(stateOf());
      await opened;
      expect(waits).toEqual([1]);
    }));

  test('and is closed tries no more', () =>
    inVirtualTime(async () => {
      const { app, device, waits, apps } = await openCanvas({
        connect: async (attempt) => {
          if (attempt > 1) throw new Error('down');
        },
      });
      expect(apps.has(app)).toBe(true);
      device.onOnline?.();
      await sleep(3 * second);
      await app.close();
      const tried = waits.length;
      await sleep(60 * second);
      expect([waits.length, apps.size, device.onOnline]).toEqual([tried, 0, undefined]);
    }));

  test.each([100, 20_000])(
    'for long and then in %i ms uses what it tried last, and hangs up on what comes too late',
    (lastMs) =>
      inVirtualTime(async () => {
        const { opened, device, lines } = openApp({
          connect: (attempt) => sleep(attempt === 1 ? 5_000 : lastMs),
        });
        await sleep(second);
        device.onOnline?.();
        await sleep(30 * second);
        const used = lines.find(({ hello }) => hello !== undefined);
        used?.say(stateOf());
        expect((await opened).isOnline).toBe(true);
        expect(used?.isClosed).toBe(false);
        const unused = lines.filter((each) => each !== used);
        expect(unused.map(({ isClosed, hello }) => [isClosed, hello])).toEqual([[true, undefined]]);
      }),
  );
});

describe('a connection', () => {
  test('that brings no canvas is given up after eight seconds, and not before', () =>
    inVirtualTime(async () => {
      const { opened, lines, line, apps } = openApp();
      const [app] = apps;
      if (app === undefined) return;
      await sleep(100);
      await beat(app, 2);
      expect(lines).toHaveLength(1);
      app.pulse();
      expect((await line()).isClosed).toBe(false);
      expect(lines.map(({ isClosed }) => isClosed)).toEqual([true, false]);
      (await line()).say(stateOf());
      expect((await opened).has('there')).toBe(true);
    }));

  test('that answers is kept, and one that does not is given up within twelve seconds', () =>
    inVirtualTime(async () => {
      const { app, lines, line } = await openCanvas();
      const first = await line();
      await beat(app, 20, first);
      expect([lines.length, app.isOnline]).toEqual([1, true]);
      expect(first.sent).toEqual(Array.from({ length: 20 }, () => ({ type: 'ping' })));
      await beat(app, 3);
      expect([first.isClosed, lines.length]).toEqual([true, 2]);
    }));

  test('that was given up says nothing any more', () =>
    inVirtualTime(async () => {
      const { app, device, line } = await openCanvas();
      const first = await line();
      device.onOnline?.();
      const next = await line();
      first.say({ type: 'access', role: undefined });
      first.say(shapes(true, ['old']));
      expect([app.role, app.has('old')]).toEqual(['editor', false]);
      next.say(stateOf());
      expect([app.isOnline, next.isClosed]).toEqual([true, false]);
    }));

  test('begins with what the app has, so that only the rest has to be sent', () =>
    inVirtualTime(async () => {
      const { app, device, line } = await openCanvas();
      expect((await line()).hello).toMatchObject({ personId: 'ada', roomId: 'r', clientId: 1 });
      expect((await line()).hello?.vector).toBeUndefined();
      expect(app.has('there')).toBe(true);
      device.onOnline?.();
      const { hello } = await line();
      expect(hello?.vector).toEqual(Y.encodeStateVector(server.doc));
      expect(hello?.clientId).toBe(1);
    }));
});

test('what others draw is on the screen', () =>
  inVirtualTime(async () => {
    const { app, line } = await openCanvas();
    const update = new Canvas(2_000).apply(create('theirs'));
    (await line()).say({ type: 'update', update, stamps: [] });
    expect([...app.shapes().keys()]).toEqual(['there', 'theirs']);
    expect(app.unconfirmed).toEqual([]);
  }));

describe('what was drawn', () => {
  test('is sent at once, and again with a new connection until it is confirmed, and then no more', () =>
    inVirtualTime(async () => {
      const { app, device, line } = await openCanvas();
      await edit(app, create('a'), 'a');
      await edit(app, create('b'), 'b');
      const first = await line();
      expect(updatesIn(first).map(({ stamps }) => stamps)).toMatchObject([
        [{ id: 'a', isLate: false }],
        [{ id: 'b', isLate: false }],
      ]);
      first.say({ type: 'ack', edits: ['a'] });
      device.onOnline?.();
      await edit(app, create('c'), 'c');
      const later = await line();
      expect(later.sent).toEqual([]);
      later.say(stateOf());
      const [again, ...more] = updatesIn(later);
      expect(more).toEqual([]);
      expect(again?.stamps).toMatchObject([
        { id: 'b', isLate: true },
        { id: 'c', isLate: true },
      ]);
      expect(shapesOf(again?.update ?? Uint8Array.of(0, 0))).toEqual(['a', 'b', 'c', 'there']);
      later.say({ type: 'ack', edits: ['b', 'c'] });
      device.onOnline?.();
      const third = await line();
      third.say(stateOf());
      expect(third.sent).toEqual([]);
    }));

  test.each([1_999, 2_000, 2_001, 4_001])(
    'in %i strokes without a network is sent with each stamp once, never more than 2,000 together',
    (count) =>
      inVirtualTime(async () => {
        const { app, device, line } = await openCanvas();
        device.onOnline?.();
        await edit(app, create('s'), 'e-0');
        for (let number = 1; number < count; number += 1) {
          await edit(app, { kind: 'move', shapeId: 's', x: number, y: 0 }, `e-${number}`);
        }
        const next = await line();
        next.say(stateOf());
        const sent = updatesIn(next);
        expect(sent.flatMap(({ stamps }) => stamps.map(({ id }) => id))).toEqual(
          Array.from({ length: count }, (_, number) => `e-${number}`),
        );
        expect(Math.max(...sent.map(({ stamps }) => stamps.length))).toBeLessThanOrEqual(2_000);
        expect(shapesOf(...sent.map(({ update }) => update))).toEqual(['s', 'there']);
      }),
  );

  test('and confirmed is sent again when the server has lost it, by who keeps all of it', () =>
    inVirtualTime(async () => {
      const { app, device, line } = await openCanvas({ storage: openStorage() });
      await edit(app, create('a'), 'a');
      (await line()).say({ type: 'ack', edits: ['a'] });
      device.onOnline?.();
      const next = await line();
      next.say(stateOf());
      const [again] = updatesIn(next);
      expect(again?.stamps).toEqual([]);
      expect(shapesOf(again?.update ?? Uint8Array.of(0, 0))).toEqual(['a', 'there']);
    }));

  test('is on the device when the app comes back, and is sent then', () =>
    inVirtualTime(async () => {
      const storage = openStorage();
      const { app } = await openCanvas({ storage });
      await edit(app, create('a'), 'a');
      const { app: reopened, line } = await openCanvas({ storage, replicasBefore: 1 });
      expect([reopened.has('a'), reopened.has('there')]).toEqual([true, true]);
      expect(updatesIn(await line()).flatMap(({ stamps }) => stamps)).toMatchObject([{ id: 'a' }]);
    }));

  test('holds the window open until it is confirmed, and a word of goodbye is said', () =>
    inVirtualTime(async () => {
      const { app, line, device } = await openCanvas();
      await edit(app, create('a'), 'a');
      const first = await line();
      let isClosed = false;
      const closing = app.close().then(() => (isClosed = true));
      await sleep(30 * second);
      expect([isClosed, first.isClosed]).toEqual([false, false]);
      first.say({ type: 'ack', edits: ['a'] });
      await closing;
      expect([first.sent.at(-1), first.isClosed]).toEqual([{ type: 'bye' }, true]);
      expect(device.onOnline).toBeUndefined();
      await expect(edit(app, create('b'))).rejects.toThrow('no right');
    }));

  test('and is refused is told, and the app begins anew as another replica, on the device as well', () =>
    inVirtualTime(async () => {
      const storage = openStorage();
      const { app, lines, line, refused } = await openCanvas({ storage });
      await edit(app, create('a'), 'a');
      await edit(app, create('b'), 'b');
      const first = await line();
      first.say({ type: 'refused', edits: ['a'], reason: 'too much' });
      expect(refused).toEqual(['a', 'b']);
      const next = await line();
      expect([first.isClosed, lines.length]).toEqual([true, 2]);
      expect(next.hello).toMatchObject({ clientId: 2, vector: undefined });
      next.say(stateOf());
      expect([...app.shapes().keys()]).toEqual(['there']);
      expect(next.sent).toEqual([]);
      await edit(app, create('c'), 'c');
      const { app: reopened } = await openCanvas({ storage, replicasBefore: 2 });
      expect([...reopened.shapes().keys()].toSorted()).toEqual(['c', 'there']);
    }));
});

describe('a right', () => {
  test('that is given beside that to edit changes nothing of what was drawn, nor the connection', () =>
    inVirtualTime(async () => {
      const { app, line, lines, refused } = await openCanvas();
      await edit(app, create('a'), 'a');
      (await line()).say({ type: 'access', role: 'admin' });
      (await line()).say(stateOf('admin'));
      expect([app.role, app.has('a'), refused, lines.length]).toEqual(['admin', true, [], 1]);
    }));

  test('to edit that is given to who watched shows the whole canvas, and draws, on the same connection', () =>
    inVirtualTime(async () => {
      const { opened, line, lines } = openApp({ role: 'viewer' });
      const only = await line();
      only.say(shapes(true, ['a']));
      const app = await opened;
      only.say({ type: 'access', role: 'editor' });
      only.say(stateOf());
      await edit(app, create('b'), 'b');
      app.moveCursor(1, 1);
      expect([...app.shapes().keys()]).toEqual(['there', 'b']);
      expect(only.hello?.clientId).toBe(app.clientId);
      expect(only.sent.map(({ type }) => type)).toEqual(['update', 'cursor']);
      expect(lines).toHaveLength(1);
    }));

  test('to edit that is given again brings a new connection, which names the new replica', () =>
    inVirtualTime(async () => {
      const { app, line } = await openCanvas();
      expect(app.has('there')).toBe(true);
      const first = await line();
      first.say({ type: 'access', role: 'viewer' });
      first.say(shapes(true, ['a']));
      first.say({ type: 'access', role: 'editor' });
      const next = await line();
      expect([first.isClosed, app.role, app.has('a')]).toEqual([true, 'viewer', true]);
      expect(next.hello).toMatchObject({ clientId: app.clientId, vector: undefined });
      next.say(stateOf());
      expect([app.role, [...app.shapes().keys()]]).toEqual(['editor', ['there']]);
    }));

  test('to edit that is taken away leaves what viewers may see, and what was not confirmed is told', () =>
    inVirtualTime(async () => {
      const { app, line, refused } = await openCanvas();
      await edit(app, create('a'), 'a');
      const only = await line();
      only.say({ type: 'access', role: 'viewer' });
      only.say(shapes(true, ['s-1', 's-2']));
      only.say(shapes(false, ['s-3'], ['s-1']));
      expect([app.role, refused]).toEqual(['viewer', ['a']]);
      expect([...app.shapes().keys()]).toEqual(['s-2', 's-3']);
      expect([app.has('s-3'), app.has('there')]).toEqual([true, false]);
      await expect(edit(app, create('b'))).rejects.toThrow('no right');
      app.moveCursor(1, 1);
      expect(only.sent.filter(({ type }) => type === 'cursor')).toEqual([]);
      expect(only.isClosed).toBe(false);
    }));

  test('of which nothing is left ends it: it does not come back', () =>
    inVirtualTime(async () => {
      const { app, lines, line, device, apps, refused } = await openCanvas();
      await edit(app, create('a'), 'a');
      (await line()).say({ type: 'access', role: undefined });
      expect([(await line()).isClosed, refused, apps.size]).toEqual([true, ['a'], 0]);
      device.onOnline?.();
      await beat(app, 5);
      await app.close();
      expect(lines).toHaveLength(1);
    }));

  test('that was never there is told to who waits for the canvas', () =>
    inVirtualTime(async () => {
      const { opened, line, apps } = openApp();
      void line().then((only) => only.say({ type: 'access', role: undefined }));
      await expect(opened).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
      expect(apps.size).toBe(0);
    }));
});

test('a viewer sees what is whole in place of what was before, and changes beside it', () =>
  inVirtualTime(async () => {
    const { opened, line } = openApp({ role: 'viewer' });
    const only = await line();
    only.say(shapes(true, ['a', 'b']));
    const app = await opened;
    only.say(shapes(false, ['c'], ['a']));
    expect([...app.shapes().keys()]).toEqual(['b', 'c']);
    only.say(shapes(true, ['d']));
    expect([...app.shapes().keys()]).toEqual(['d']);
    await expect(edit(app, create('e'))).rejects.toThrow('no right');
  }));

test('each cursor is newer than the one before, also over a new connection, and none without one', () =>
  inVirtualTime(async () => {
    const { app, device, line } = await openCanvas();
    const cursorsIn = ({ sent }: Line): readonly unknown[] =>
      sent.flatMap((message) =>
        message.type === 'cursor' ? [readCursor(app.clientId, message.update)] : [],
      );
    app.moveCursor(1, 2);
    app.moveCursor(3, 4);
    const first = await line();
    device.onOnline?.();
    app.moveCursor(5, 6);
    const next = await line();
    next.say(stateOf());
    app.moveCursor(7, 8);
    const ada = { id: 'ada', name: 'Ada Amari' };
    expect([...cursorsIn(first), ...cursorsIn(next)]).toEqual([
      { clock: 1, state: { ...ada, x: 1, y: 2 } },
      { clock: 2, state: { ...ada, x: 3, y: 4 } },
      { clock: 3, state: { ...ada, x: 7, y: 8 } },
    ]);
  }));

test('what was done last can be taken back and done again, in this window alone', () =>
  inVirtualTime(async () => {
    const { app, line } = await openCanvas({ storage: openStorage() });
    const revise = (kind: 'undo' | 'redo', id: string): Promise<void> =>
      app.revise({ id, by: 'ada', atMs: 0, kind, shapeId: '', isLate: false });
    await edit(app, { kind: 'write', shapeId: 'there', text: 'changed' }, 'a');
    expect(app.shapes().get('there')?.text).toBe('changed');
    await revise('undo', 'b');
    expect(app.shapes().get('there')?.text).toBe('new');
    await revise('undo', 'c');
    expect(app.has('there')).toBe(true);
    await revise('redo', 'd');
    expect(app.shapes().get('there')?.text).toBe('changed');
    const sent = updatesIn(await line());
    expect(sent.flatMap(({ stamps }) => stamps.map(({ id }) => id))).toEqual(['a', 'b', 'c', 'd']);
    expect(app.unconfirmed.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  }));
