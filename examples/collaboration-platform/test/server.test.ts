import { sleep } from '@firedrill/core/resilience';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Canvas } from '../src/domain/canvas.ts';
import type { Role } from '../src/domain.ts';
import type { Stamp } from '../src/domain/protocol.ts';
import { cursorUpdate } from '../src/implementations/hardened/cursors.ts';
import type { LoggedUpdate, LogPort, Ports } from '../src/implementations/hardened/ports.ts';
import { UpdateRefusedError } from '../src/implementations/hardened/update-refused.ts';
import { openServer, serverOptions, stampOf, type Visitor } from './canvas-server.ts';
import { create } from './people.ts';
import { inVirtualTime } from './virtual-time.ts';

const second = 1_000;
const { permissionTtlMs: ttlMs, lostAfterMs } = serverOptions;

/** Says every few seconds that somebody is there, for so long. */
async function stay(forMs: number, ...visitors: readonly Visitor[]): Promise<void> {
  for (let leftMs = forMs; leftMs > 0; leftMs -= 4 * second) {
    for (const visitor of visitors) visitor.send({ type: 'ping' });
    await sleep(Math.min(leftMs, 4 * second));
  }
}

/** Roles as a service elsewhere has them, and how often it was asked about whom. */
function rolesElsewhere(known: Readonly<Record<string, Role | undefined>>) {
  const roles = new Map(Object.entries(known));
  const asked: string[] = [];
  let number = 0;
  return {
    asked,
    /** Somebody else's server decides; gives the news of it. */
    decided(personId: string, role: Role | undefined) {
      roles.set(personId, role);
      number += 1;
      return { roomId: 'r', personId, role, by: 'zoe', number };
    },
    async checkPermission(personId: string) {
      asked.push(personId);
      return { role: roles.get(personId), number };
    },
  };
}

/** What somebody draws, in messages. */
function openHand(clientId: number, by = 'ada') {
  const canvas = new Canvas(clientId);
  return (shapeId: string) =>
    ({
      type: 'update',
      update: canvas.apply(create(shapeId)),
      stamps: [stampOf(`e-${shapeId}`, shapeId, by)],
    }) as const;
}

const shapesIn = (document: Uint8Array): readonly string[] => {
  const canvas = new Canvas(99);
  Y.applyUpdate(canvas.doc, document);
  return [...canvas.shapes().keys()].toSorted();
};

describe('a right that was taken elsewhere', () => {
  test('is gone when its time is up, though no news of it came, and is not asked for much more often', () =>
    inVirtualTime(async () => {
      const roles = rolesElsewhere({ ada: 'editor', bruno: 'editor' });
      const { server, visit } = openServer(roles);
      const [ada, bruno] = [visit('ada'), visit('bruno')];
      await stay(5 * second, ada, bruno);
      roles.decided('ada', 'viewer');
      roles.decided('bruno', undefined);
      await stay(ttlMs, ada, bruno);
      expect(ada.ofType('access')).toEqual([{ type: 'access', role: 'viewer' }]);
      expect(bruno.ofType('access')).toEqual([{ type: 'access', role: undefined }]);
      expect(server.isPresent('r', 'bruno')).toBe(false);
      await stay(9 * ttlMs, ada);
      expect(roles.asked.filter((id) => id === 'ada').length).toBeLessThanOrEqual(15);
      await server.close();
    }));

  test('is gone at once with the news of it, for who is there and who comes; older news change nothing', () =>
    inVirtualTime(async () => {
      const roles = rolesElsewhere({ ada: 'editor', bruno: 'viewer', chidi: 'admin' });
      const { server, visit } = openServer(roles);
      const [ada, chidi] = [visit('ada'), visit('chidi')];
      await stay(2 * second, ada, chidi);
      const [first, last] = [roles.decided('ada', 'admin'), roles.decided('ada', 'viewer')];
      server.onAccessChanged(last);
      expect(ada.ofType('access')).toEqual([{ type: 'access', role: 'viewer' }]);
      server.onAccessChanged(first);
      expect(ada.ofType('access')).toHaveLength(1);
      server.onAccessChanged(roles.decided('bruno', undefined));
      const bruno = visit('bruno');
      await stay(2 * second, ada, chidi);
      expect(bruno.sent).toEqual([{ type: 'access', role: undefined }]);
      const told = chidi.ofType('audit').flatMap(({ entries }) => entries);
      expect(told.filter(({ text }) => text.includes('made'))).toMatchObject([
        { by: 'zoe', text: 'made ada viewer' },
      ]);
      await server.close();
    }));
});

test('news of a decision that come twice are told once', () =>
  inVirtualTime(async () => {
    const roles = rolesElsewhere({ ada: 'editor', chidi: 'admin' });
    const { server, visit } = openServer(roles);
    const [ada, chidi] = [visit('ada'), visit('chidi')];
    await sleep(second);
    for (const role of ['viewer', 'editor'] as const) {
      const news = roles.decided('ada', role);
      for (let times = 0; times < 3; times += 1) server.onAccessChanged(news);
    }
    await stay(2 * second, ada, chidi);
    const entries = chidi.ofType('audit').flatMap((audit) => audit.entries);
    expect(entries.map(({ text }) => text).filter((text) => text.includes('made'))).toEqual([
      'made ada viewer',
      'made ada editor',
    ]);
    expect(ada.ofType('access')).toHaveLength(2);
    await server.close();
  }));

test('who stays is sent the canvas once, however often it is asked whether they still may', () =>
  inVirtualTime(async () => {
    const roles = rolesElsewhere({ ada: 'editor', bruno: 'viewer' });
    const { server, visit } = openServer(roles);
    const visitors = [visit('ada'), visit('bruno')] as const;
    await stay(5 * ttlMs, ...visitors);
    expect(roles.asked.length).toBeGreaterThan(4);
    for (const { sent } of visitors) {
      const others = sent.filter(({ type }) => type !== 'pong' && type !== 'people');
      expect(others).toHaveLength(1);
    }
    await server.close();
  }));

describe('who comes', () => {
  test('is let in with what was sent before, in its order', () =>
    inVirtualTime(async () => {
      const roles = rolesElsewhere({ ada: 'editor' });
      const checkPermission = async (personId: string) => {
        await sleep(second);
        return roles.checkPermission(personId);
      };
      const { server, visit } = openServer({ checkPermission });
      const ada = visit('ada');
      const draw = openHand(1);
      for (const id of ['a', 'b', 'c']) ada.send(draw(id));
      ada.send({ type: 'ping' });
      expect(ada.sent).toEqual([{ type: 'pong' }]);
      await sleep(2 * second);
      expect(ada.ofType('ack').flatMap(({ edits }) => edits)).toEqual(['e-a', 'e-b', 'e-c']);
      expect((await server.canvas('r')).size).toBe(3);
      await server.close();
    }));

  test.each([
    { count: 256, isClosed: false },
    { count: 257, isClosed: true },
  ])('and has sent $count messages before is hung up on: $isClosed', ({ count, isClosed }) =>
    inVirtualTime(async () => {
      const { server, visit } = openServer();
      const ada = visit('ada');
      for (let number = 0; number < count; number += 1) {
        ada.send({ type: 'update', update: Uint8Array.of(0, 0), stamps: [] });
      }
      await sleep(second);
      expect(ada.isClosed).toBe(isClosed);
      expect(server.isPresent('r', 'ada')).toBe(!isClosed);
      await server.close();
    }),
  );

  test('and has gone before there was an answer is not there', () =>
    inVirtualTime(async () => {
      const { server, visit } = openServer();
      const [ada, bruno] = [visit('ada'), visit('bruno')];
      ada.send({ type: 'bye' });
      bruno.lost();
      await sleep(second);
      expect([ada.sent, bruno.sent, server.members]).toEqual([[], [], 0]);
      await server.close();
    }));

  test('is hung up on, and counted, when nobody can say whether they may', () =>
    inVirtualTime(async () => {
      const { server, visit, count } = openServer({
        checkPermission: () => Promise.reject(new Error('permissions are down')),
      });
      const ada = visit('ada');
      await sleep(30 * second);
      expect([ada.isClosed, ada.sent, server.members]).toEqual([true, [], 0]);
      expect(count('admissionsFailed')).toBe(1);
      await server.close();
    }));

  test('and waits for so long that the canvas was closed meanwhile is on the one that was opened again', () =>
    inVirtualTime(async () => {
      const { server, visit } = openServer({
        async checkPermission() {
          await sleep(45 * second);
          return { role: 'editor', number: 0 };
        },
      });
      const ada = visit('ada');
      await stay(50 * second, ada);
      expect([server.isPresent('r', 'ada'), server.rooms]).toEqual([true, 1]);
      ada.send(openHand(1)('s'));
      await sleep(100);
      expect([ada.ofType('ack').length, (await server.canvas('r')).size]).toEqual([1, 1]);
      await server.close();
    }));

  test('to two canvases is on both, and what happens on one says nothing of the other', () =>
    inVirtualTime(async () => {
      const { server, visit } = openServer();
      const rooms = ['r', 'q'].map((roomId) => visit('ada', { roomId }));
      const [inR, inQ] = rooms;
      await sleep(second);
      inR?.send(openHand(1)('s'));
      server.onAccessChanged({
        roomId: 'q',
        personId: 'ada',
        role: undefined,
        by: 'zoe',
        number: 1,
      });
      await sleep(second);
      expect([server.isPresent('r', 'ada'), server.isPresent('q', 'ada')]).toEqual([true, false]);
      expect([inR?.ofType('access').length, inQ?.ofType('access').length]).toEqual([0, 1]);
      expect([(await server.canvas('r')).size, (await server.canvas('q')).size]).toEqual([1, 0]);
      await server.close();
    }));

  test('a second time takes the place of the first: nothing of that one is heard, nor its end', () =>
    inVirtualTime(async () => {
      const { server, visit } = openServer();
      const first = visit('ada');
      await sleep(second);
      const next = visit('ada');
      await sleep(second);
      expect([first.isClosed, next.isClosed]).toEqual([true, false]);
      first.send(openHand(1)('lost'));
      first.send({ type: 'bye' });
      first.lost();
      await sleep(second);
      expect(server.isPresent('r', 'ada')).toBe(true);
      expect((await server.canvas('r')).size).toBe(0);
      await server.close();
    }));
});

test('who says nothing for too long is gone, and the others hear of it; who says a word is not', () =>
  inVirtualTime(async () => {
    const { server, visit, count } = openServer();
    const [ada, bruno] = [visit('ada'), visit('bruno')];
    await stay(lostAfterMs, ada);
    expect(server.isPresent('r', 'bruno')).toBe(true);
    await stay(3 * second, ada);
    expect([server.isPresent('r', 'bruno'), bruno.isClosed]).toEqual([false, true]);
    expect(ada.ofType('people').flatMap(({ left }) => left)).toEqual(['bruno']);
    await stay(10 * lostAfterMs, ada);
    expect(server.isPresent('r', 'ada')).toBe(true);
    expect(count('lostConnections')).toBe(1);
    await server.close();
  }));

describe('what is sent', () => {
  test('is by whoever sent it, whatever it says, for the others and the history', () =>
    inVirtualTime(async () => {
      const history: Stamp[] = [];
      const { server, visit } = openServer({
        recordHistory: async (entries) => history.push(...entries),
      });
      const [ada, bruno] = [visit('ada'), visit('bruno')];
      await sleep(second);
      ada.send(openHand(1, 'bruno')('s'));
      await sleep(3 * second);
      expect(history.map(({ by }) => by)).toEqual(['ada']);
      expect(bruno.ofType('update').flatMap(({ stamps }) => stamps)).toMatchObject([{ by: 'ada' }]);
      await server.close();
    }));

  test('by a viewer changes nothing and ends nowhere, and admins hear of it', () =>
    inVirtualTime(async () => {
      const history: Stamp[] = [];
      const roles = rolesElsewhere({ ada: 'viewer', bruno: 'admin' });
      const { server, visit } = openServer({
        ...roles,
        recordHistory: async (entries) => history.push(...entries),
      });
      const [ada, bruno] = [visit('ada', { clientId: 1 }), visit('bruno')];
      await sleep(second);
      ada.send(openHand(1)('s'));
      ada.send({ type: 'cursor', update: cursorUpdate(1, 1, { x: 1 }) });
      await sleep(2 * second);
      expect([(await server.canvas('r')).size, history, ada.ofType('ack')]).toEqual([0, [], []]);
      expect(bruno.ofType('cursors')).toEqual([]);
      expect(bruno.ofType('audit').flatMap(({ entries }) => entries)).toContainEqual(
        expect.objectContaining({ by: 'ada', text: 'was refused 1 edits' }),
      );
      await server.close();
    }));

  test.each([
    ['an update', { type: 'update', update: Uint8Array.of(9, 9), stamps: [stampOf('e', 's')] }],
    ['a cursor', { type: 'cursor', update: cursorUpdate(2, 1, { x: 1 }) }],
  ] as const)('as %s and is none ends that connection, and no other', (_what, message) =>
    inVirtualTime(async () => {
      const { server, visit, count } = openServer();
      const [ada, bruno] = [visit('ada', { clientId: 1 }), visit('bruno')];
      await sleep(second);
      ada.send(message);
      await sleep(second);
      expect([ada.isClosed, bruno.isClosed, count('connectionsDropped')]).toEqual([true, false, 1]);
      expect(ada.ofType('ack')).toEqual([]);
      await server.close();
    }),
  );

  test('and may not be kept is refused with the reason; what could not be kept ends the connection', () =>
    inVirtualTime(async () => {
      const { server, visit } = openServer({
        async keep(_roomId, { stamps }) {
          if (stamps[0]?.id === 'e-bad') throw new UpdateRefusedError('it is too long');
          if (stamps[0]?.id === 'e-lost') throw new Error('the disk is full');
        },
      });
      const [ada, bruno] = [visit('ada'), visit('bruno')];
      const draw = openHand(1);
      await sleep(second);
      ada.send(draw('bad'));
      await sleep(second);
      expect(ada.ofType('refused')).toMatchObject([
        { edits: ['e-bad'], reason: expect.stringContaining('too long') },
      ]);
      expect(ada.isClosed).toBe(false);
      ada.send(draw('lost'));
      await sleep(second);
      expect(ada.isClosed).toBe(true);
      expect([ada.ofType('ack'), bruno.ofType('update')]).toEqual([[], []]);
      await server.close();
    }));
});

/** A store that counts how often it is read. */
function openStore() {
  const documents = new Map<string, Uint8Array>();
  const store = { loads: 0, isDown: false };
  return {
    store,
    documents,
    load: async (roomId: string) => {
      store.loads += 1;
      return documents.get(roomId);
    },
    save: async (roomId: string, document: Uint8Array) => {
      if (store.isDown) throw new Error('the store is down');
      documents.set(roomId, document);
    },
  };
}

describe('a canvas that nobody has open', () => {
  test('is kept for who comes right back, and after a while read anew', () =>
    inVirtualTime(async () => {
      const { store, load, save } = openStore();
      const { server, visit } = openServer({ load, save });
      for (const [index, awayMs] of [28 * second, 35 * second, 28 * second].entries()) {
        const ada = visit('ada');
        await sleep(second);
        ada.send(openHand(index + 1)(`s-${index}`));
        await sleep(second);
        ada.send({ type: 'bye' });
        await sleep(awayMs);
        expect([store.loads, server.rooms]).toEqual([index === 2 ? 2 : 1, index === 1 ? 0 : 1]);
      }
      expect((await server.canvas('r')).size).toBe(3);
      await server.close();
    }));

  test('is kept for as long as the store does not have it', () =>
    inVirtualTime(async () => {
      const { store, load, save, documents } = openStore();
      store.isDown = true;
      const { server, visit } = openServer({ load, save });
      const ada = visit('ada');
      await sleep(second);
      ada.send(openHand(1)('s'));
      ada.send({ type: 'bye' });
      await sleep(120 * second);
      expect([server.rooms, server.backlog]).toEqual([1, 1]);
      store.isDown = false;
      await sleep(60 * second);
      expect([server.rooms, server.backlog]).toEqual([0, 0]);
      expect(shapesIn(documents.get('r') ?? Uint8Array.of(0, 0))).toEqual(['s']);
      await server.close();
    }));

  test('is read once for all who come at once, and again when it could not be read', () =>
    inVirtualTime(async () => {
      const { store, load, save } = openStore();
      let isDown = true;
      const { server, visit } = openServer({
        save,
        async load(roomId) {
          await sleep(500);
          if (isDown) throw new Error('the store is down');
          return load(roomId);
        },
      });
      const shutOut = visit('ada');
      await sleep(30 * second);
      expect(shutOut.isClosed).toBe(true);
      isDown = false;
      const visitors = ['ada', 'bruno', 'chidi'].map((id) => visit(id));
      await sleep(2 * second);
      expect([store.loads, server.members]).toEqual([1, 3]);
      expect(visitors.map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
      await server.close();
    }));

  test('is with the store and the history when the server has closed', () =>
    inVirtualTime(async () => {
      const { load, save, documents } = openStore();
      const history: Stamp[] = [];
      const { server, visit } = openServer({
        load,
        save,
        recordHistory: async (entries) => {
          await sleep(3 * second);
          history.push(...entries);
        },
      });
      const ada = visit('ada');
      await sleep(second);
      ada.send(openHand(1)('s'));
      expect(server.backlog).toBe(2);
      await server.close();
      expect(history.map(({ id }) => id)).toEqual(['e-s']);
      expect(shapesIn(documents.get('r') ?? Uint8Array.of(0, 0))).toEqual(['s']);
      expect([server.backlog, server.rooms]).toEqual([0, 0]);
    }));
});

/** A log that survives the server, and can be out of reach. */
function openLog() {
  const rooms = new Map<string, LoggedUpdate[]>();
  let last = 0;
  let downUntilMs = 0;
  const reach = async (): Promise<void> => {
    await sleep(10);
    if (performance.now() < downUntilMs) throw new CallTimeoutError();
  };
  const log: LogPort = {
    async append(roomId, updates) {
      await reach();
      const entries = rooms.get(roomId) ?? [];
      for (const update of updates) entries.push({ ...update, position: (last += 1) });
      rooms.set(roomId, entries);
      return last;
    },
    async read(roomId) {
      await reach();
      return [...(rooms.get(roomId) ?? [])];
    },
    async trim(roomId, upTo) {
      const left = (rooms.get(roomId) ?? []).filter(({ position }) => position > upTo);
      if (left.length === 0) rooms.delete(roomId);
      else rooms.set(roomId, left);
    },
    async rooms() {
      await reach();
      return [...rooms.keys()];
    },
  };
  return { log, rooms, failFor: (ms: number) => (downUntilMs = performance.now() + ms) };
}

class CallTimeoutError extends Error {
  override readonly name = 'CallTimeoutError';
}

describe('what is in the log', () => {
  test('is taken out when store and history have it', () =>
    inVirtualTime(async () => {
      const { log, rooms } = openLog();
      const { server, visit } = openServer({ log });
      const ada = visit('ada');
      await sleep(second);
      const draw = openHand(1);
      for (const id of ['a', 'b', 'c']) ada.send(draw(id));
      await sleep(100);
      expect([rooms.get('r')?.length, server.backlog]).toEqual([3, 4]);
      await stay(20 * second, ada);
      expect([rooms.size, server.backlog]).toEqual([0, 0]);
      ada.send({ type: 'bye' });
      await sleep(40 * second);
      expect(server.rooms).toBe(0);
      await server.close();
    }));

  test('after its author has gone is on the canvas and in the history, however long that took', () =>
    inVirtualTime(async () => {
      const { log, failFor } = openLog();
      const { load, save, documents } = openStore();
      const history: Stamp[] = [];
      const { server, visit } = openServer({
        log,
        load,
        save,
        recordHistory: async (entries) => history.push(...entries),
      });
      const ada = visit('ada');
      await sleep(second);
      failFor(90 * second);
      ada.send(openHand(1)('s'));
      ada.send({ type: 'bye' });
      await sleep(80 * second);
      expect([server.rooms, server.backlog, ada.ofType('ack')]).toEqual([1, 1, []]);
      await sleep(40 * second);
      expect([history.map(({ id }) => id), server.backlog]).toEqual([['e-s'], 0]);
      expect(shapesIn(documents.get('r') ?? Uint8Array.of(0, 0))).toEqual(['s']);
      await server.close();
    }));

  test.each([0, 30 * second])(
    'of a server that has died is taken up by the next in order, though nobody comes and %i ms pass until it can be read',
    (downMs) =>
      inVirtualTime(async () => {
        const { log, rooms, failFor } = openLog();
        const { load, save, documents } = openStore();
        const history: string[] = [];
        const recordHistory: Ports['recordHistory'] = async (entries) =>
          history.push(...entries.map(({ id }) => id));
        for (const roomId of ['r', 'q']) {
          const draw = openHand(1);
          for (const id of [`${roomId}-1`, `${roomId}-2`]) {
            const { update, stamps } = draw(id);
            await log.append(roomId, [{ personId: 'ada', update, stamps }]);
          }
        }
        failFor(downMs);
        const { server } = openServer({ log, load, save, recordHistory });
        await sleep(downMs + 30 * second);
        expect(history.filter((id) => id.includes('r'))).toEqual(['e-r-1', 'e-r-2']);
        expect(history).toHaveLength(4);
        for (const roomId of ['r', 'q']) {
          const document = documents.get(roomId) ?? Uint8Array.of(0, 0);
          expect(shapesIn(document)).toEqual([`${roomId}-1`, `${roomId}-2`]);
        }
        expect([rooms.size, server.backlog]).toEqual([0, 0]);
        await server.close();
      }),
  );

  test('is an update, or the canvas could never be opened again', () =>
    inVirtualTime(async () => {
      const { log, rooms } = openLog();
      const { server, visit } = openServer({ log });
      const ada = visit('ada');
      await sleep(second);
      ada.send(openHand(1)('s'));
      ada.send({ type: 'update', update: Uint8Array.of(9, 9), stamps: [stampOf('e', 's')] });
      await sleep(60 * second);
      expect([ada.isClosed, rooms.size, server.rooms, server.backlog]).toEqual([true, 0, 0, 0]);
      const bruno = visit('bruno');
      await sleep(second);
      expect(bruno.ofType('state')).toHaveLength(1);
      await server.close();
    }));

  test('is read by who only looks at a canvas, and by a server that closes at once', () =>
    inVirtualTime(async () => {
      const { log, rooms } = openLog();
      const history: Stamp[] = [];
      const { update, stamps } = openHand(1)('s');
      await log.append('r', [{ personId: 'ada', update, stamps }]);
      const { server } = openServer({
        log,
        recordHistory: async (entries) => history.push(...entries),
      });
      expect((await server.canvas('r')).has('s')).toBe(true);
      await server.close();
      expect([history.length, rooms.size]).toEqual([1, 0]);
    }));
});
