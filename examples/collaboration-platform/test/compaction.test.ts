import { sleep } from '@firedrill/core/resilience';
import type { WorldContext } from '@firedrill/core/scenario';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Change } from '../src/domain.ts';
import { Canvas } from '../src/domain/canvas.ts';
import type { Kept, Stamp } from '../src/domain/protocol.ts';
import type { KeptUpdate, LogPort } from '../src/implementations/hardened/ports.ts';
import { Room } from '../src/implementations/hardened/room.ts';
import { createReplica, type ReplicaStorage } from '../src/implementations/hardened/replica.ts';
import { example } from '../src/example.ts';
import { hardened } from '../src/implementations/5-hardened.ts';
import { type Context, processes } from '../src/system.ts';
import { createGrowth } from '../src/truth/growth.ts';
import type { Canvases } from '../src/types.ts';
import { openServer, stampOf, type Visitor } from './canvas-server.ts';
import { create, edit, expectAgreement, join } from './people.ts';
import { inVirtualTime } from './virtual-time.ts';

const move = (shapeId: string, x: number): Change => ({ kind: 'move', shapeId, x, y: 0 });
const wholeOf = ({ doc }: Canvas): Uint8Array => Y.encodeStateAsUpdate(doc);
const own = (id: string): Stamp => stampOf(id, 's');

/** A canvas of the server on which a shape was moved so many times. */
function movedCanvas(times: number): Canvas {
  const canvas = new Canvas(0);
  const devices = [new Canvas(1), new Canvas(2)] as const;
  const all = (update: Uint8Array): void => {
    for (const { doc } of [canvas, ...devices]) Y.applyUpdate(doc, update);
  };
  all(devices[0].apply(create('s'), { by: 'ada', atMs: 1 }));
  for (let at = 1; at <= times; at += 1) {
    all(devices[at % 2 === 0 ? 0 : 1].apply(move('s', at), { by: 'bruno', atMs: at }));
  }
  all(devices[0].apply({ kind: 'write', shapeId: 's', text: 'said' }));
  return canvas;
}

/** A shape of the server, and a device that has it and is then without a network. */
function away(storage?: ReplicaStorage) {
  const server = movedCanvas(5);
  const device = createReplica(7, storage);
  device.receive(wholeOf(server));
  return { server, device };
}

async function overgrow(appendMs: number, saveMs: number) {
  const world = openLog(appendMs);
  const save = () => sleep(saveMs);
  const opened = openServer({ log: world.log, save }, { compactAfter: 5, saveEveryMs: 1 });
  const guests = [opened.visit('ada', { clientId: 1 }), opened.visit('bruno', { clientId: 2 })];
  await enter();
  const devices = await moveInTurn(guests, 20);
  return { ...world, ...opened, guests, devices };
}

function judgeOf(faults: WorldContext<Canvases>['faults'] = []) {
  const violated: string[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the part of the world that is asked for
  const context = {
    elapsedMs: () => performance.now(),
    faults,
    violate: (rule: string) => void violated.push(rule),
  } as unknown as WorldContext<Canvases>;
  return { growth: createGrowth(context, 5), violated };
}

const stored = (canvas: Canvas): string => Buffer.from(wholeOf(canvas)).toString('base64');

describe('a document that begins anew', () => {
  test('has what is on the canvas with its marks, and remembers nothing else', () => {
    const before = movedCanvas(200);
    const anew = before.anew(8);
    expect(before.entries).toBeGreaterThan(200);
    expect(anew.entries).toBe(7);
    expect(anew.shapes()).toEqual(before.shapes());
    expect(anew.markOf('s', 'place')).toEqual({ by: 'bruno', atMs: 200 });
    expect([before.generation, anew.generation, anew.anew(8).generation]).toEqual([0, 1, 2]);
  });

  test('knows what as many generations before it had in the end as it was told', () => {
    let canvas = movedCanvas(3);
    const end = Y.decodeStateVector(Y.encodeStateVector(canvas.doc));
    for (let generation = 0; generation < 4; generation += 1) canvas = canvas.anew(3);
    expect([0, 1, 2, 3].map((each) => canvas.endOf(each) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(movedCanvas(3).anew(3).endOf(0)).toEqual(end);
  });
});

/** What a device keeps, as a page that is loaded again finds it. */
function storageWith(kept: Kept[] = []): ReplicaStorage {
  return {
    isWhole: false,
    kept,
    keep: (each) => void (each.stamp !== undefined && kept.push(each)),
    settled: () => void kept.splice(0),
    clear: () => void kept.splice(0),
  };
}

describe('a device that comes back to a document that has begun anew', () => {
  test('does again there what it has not sent, in its order', () => {
    const { server, device } = away();
    device.edit(create('mine'), own('e-1'));
    device.edit(move('mine', 3), own('e-2'));
    device.edit(move('s', 77), own('e-3'));
    const anew = server.anew(8);
    expect(device.receive(wholeOf(anew), 1)).toEqual([]);
    expect(device.unacknowledged.map(({ id }) => id)).toEqual(['e-1', 'e-2', 'e-3']);
    Y.applyUpdate(anew.doc, device.since(Y.encodeStateVector(anew.doc)));
    expect(anew.shape('mine')?.x).toBe(3);
    expect(anew.shape('s')?.x).toBe(77);
    expect(anew.shapes()).toEqual(device.canvas.shapes());
  });

  test('does nothing again of which the confirmation was lost: what others did since stays', () => {
    const { server, device } = away();
    Y.applyUpdate(server.doc, device.edit(create('mine'), own('e-1')));
    const other = new Canvas(8);
    Y.applyUpdate(other.doc, wholeOf(server));
    Y.applyUpdate(server.doc, other.apply({ kind: 'delete', shapeId: 'mine' }));
    expect(device.receive(wholeOf(server.anew(8)), 1)).toEqual([]);
    expect(device.canvas.has('mine')).toBe(false);
    expect(device.hasUnacknowledged).toBe(false);
  });

  test('says what it did when nobody knows any more whether it is in there', () => {
    const { server, device } = away();
    device.edit(create('mine'), own('e-1'));
    const lost = device.receive(wholeOf(server.anew(1).anew(1)), 2);
    expect(lost.map(({ id }) => id)).toEqual(['e-1']);
    expect([device.hasUnacknowledged, device.canvas.has('mine')]).toEqual([false, false]);
  });

  test('says so of what cannot be done again: to undo is about what was before', () => {
    const { server, device } = away();
    device.edit('undo', { ...own('e-1'), kind: 'undo' });
    expect(device.receive(wholeOf(server.anew(8)), 1)).toMatchObject([{ id: 'e-1' }]);
  });

  test.each([0, 1])(
    'does it again when its page was loaded anew, %i generations later',
    (times) => {
      const storage = storageWith();
      const { server, device } = away(storage);
      device.edit(create('mine'), own('e-1'));
      let anew = server.anew(8);
      if (times === 1) {
        device.receive(wholeOf(anew), 1);
        anew = anew.anew(8);
      }
      const loaded = createReplica(9, storage);
      expect(loaded.generation).toBe(times);
      expect(loaded.receive(wholeOf(anew), times + 1)).toEqual([]);
      expect(loaded.canvas.has('mine')).toBe(true);
      expect(storage.kept).toHaveLength(1);
    },
  );
});

/** A log in memory, whose appends take a while. */
function openLog(appendMs: number) {
  const entries: KeptUpdate[] = [];
  const trims: number[] = [];
  let isTurning = false;
  const log: LogPort = {
    async append(_roomId, updates) {
      isTurning = updates.some((update) => update.isWhole === true);
      await sleep(appendMs);
      return entries.push(...updates);
    },
    read: async () => entries.map((entry, index) => ({ ...entry, position: index + 1 })),
    trim: async (_roomId, upTo) => void trims.push(upTo),
    rooms: async () => (entries.length === 0 ? [] : ['r']),
  };
  return {
    log,
    entries,
    trims,
    /** Whether a new document is on its way to the log, or in it and nothing after it. */
    isTurning: () => isTurning,
  };
}

const enter = async () => {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
};

/** Moves one shape in turn from two devices that know of each other; resolves when all is confirmed. */
async function moveInTurn(
  visitors: readonly Pick<Visitor, 'send'>[],
  times: number,
): Promise<readonly Canvas[]> {
  const devices = visitors.map((_, index) => new Canvas(index + 1));
  for (let at = 0; at < times; at += 1) {
    const index = at % devices.length;
    const change = at === 0 ? create('s') : move('s', at);
    const update = devices[index]?.apply(change) ?? new Uint8Array();
    for (const { doc } of devices) Y.applyUpdate(doc, update);
    visitors[index]?.send({ type: 'update', update, stamps: [own(`e-${at}`)] });
    await sleep(10);
  }
  return devices;
}

describe('the server', () => {
  test('keeps the new document in the log before anybody is told, and cuts off when that is saved', () =>
    inVirtualTime(async () => {
      const { server, entries, trims, guests } = await overgrow(1, 5_000);
      const isWhole = (): number => entries.findIndex((entry) => entry.isWhole === true) + 1;
      await sleep(1_000);
      expect(isWhole()).toBe(21);
      expect(entries[20]).toMatchObject({ generation: 1, stamps: [] });
      for (const guest of guests) {
        expect(guest.ofType('state').map(({ generation }) => generation)).toEqual([undefined, 1]);
      }
      await sleep(3_000);
      expect(trims.filter((upTo) => upTo >= 21)).toEqual([]);
      await sleep(10_000);
      expect(trims.at(-1)).toBe(21);
      expect((await server.canvas('r')).get('s')?.x).toBe(19);
      await server.close();
    }));

  test('takes nothing while the new document is being kept, nor what is of the former one', () =>
    inVirtualTime(async () => {
      const { server, entries, guests, devices, isTurning } = await overgrow(400, 10);
      const [ada] = guests;
      const send = (x: number, generation?: number): void => {
        const update = devices[0]?.apply(move('s', x)) ?? new Uint8Array();
        const late = { type: 'update', update, stamps: [own(`late-${x}`)] } as const;
        ada?.send(generation === undefined ? late : { ...late, generation });
      };
      const acks = (): readonly string[] => ada?.ofType('ack').flatMap(({ edits }) => edits) ?? [];
      while (!isTurning()) await sleep(50);
      for (const x of [500, 501, 502]) {
        send(x);
        await sleep(50);
      }
      expect(entries.some(({ isWhole }) => isWhole === true)).toBe(false);
      await sleep(1_000);
      send(600);
      await sleep(1_000);
      expect(acks().filter((id) => id.startsWith('late'))).toEqual([]);
      expect(acks()).toHaveLength(10);
      expect((await server.canvas('r')).get('s')?.x).toBe(19);
      await server.close();
    }));

  test('waits for what is being kept, and has it in the new document', () =>
    inVirtualTime(async () => {
      const { server, entries, guests, devices } = await overgrow(700, 10);
      await sleep(1_900 - performance.now());
      const update = devices[0]?.apply(move('s', 777)) ?? new Uint8Array();
      guests[0]?.send({ type: 'update', update, stamps: [own('last')] });
      await sleep(3_000);
      expect(entries.map(({ isWhole }) => isWhole === true).indexOf(true)).toBe(21);
      expect((await server.canvas('r')).get('s')?.x).toBe(777);
      await server.close();
    }));

  test('comes back with the new document and what came after it', () =>
    inVirtualTime(async () => {
      const { log, entries, guests, devices, server } = await overgrow(1, 1e9);
      await sleep(1_000);
      const [state] = guests[0]?.ofType('state').slice(1) ?? [];
      const anew = new Canvas(1);
      if (state !== undefined) Y.applyUpdate(anew.doc, state.update);
      const update = anew.apply(move('s', 333));
      guests[0]?.send({ type: 'update', update, stamps: [own('after')], generation: 1 });
      // And what arrives late of the former one.
      await sleep(100);
      const late = devices[1]?.apply(move('s', 444)) ?? new Uint8Array();
      await log.append('r', [{ personId: 'bruno', update: late, stamps: [own('late')] }]);
      const whole = entries.find(({ isWhole }) => isWhole === true);
      if (whole !== undefined) await log.append('r', [whole]);
      const room = new Room('r', { document: undefined, left: await log.read('r') }, 0);
      expect(room.canvas.doc.store.pendingStructs).toBe(null);
      const next = openServer({ log }, { compactAfter: 5 });
      expect((await next.server.canvas('r')).get('s')?.x).toBe(333);
      void server;
    }));

  test('without compactAfter lets no document begin anew', () =>
    inVirtualTime(async () => {
      const { log, entries } = openLog(1);
      const { visit } = openServer({ log });
      const guests = [visit('ada', { clientId: 1 }), visit('bruno', { clientId: 2 })];
      await enter();
      await moveInTurn(guests, 60);
      await sleep(5_000);
      expect(entries.some(({ isWhole }) => isWhole === true)).toBe(false);
    }));
});

test('the log refuses what a former start of the server sends, once a newer one has asked', () => {
  const contexts: Context[] = [];
  const implementation: typeof hardened = {
    ...hardened,
    create(context) {
      contexts.push(context);
      return hardened.create(context);
    },
  };
  return simulateSystem(example, { implementation }, async (phase) => {
    const log = contexts[0]?.outside.editLog;
    const call = { timeoutMs: 5_000 };
    const append = (start: number) => log?.append({ roomId: 'r', entries: [], start }, call);
    await append(1);
    await log?.read({ roomId: 'r', start: 2 }, call);
    await expect(append(1)).rejects.toThrow('a newer server has taken over');
    await log?.rooms({ start: 3 }, call);
    await expect(append(2)).rejects.toThrow('a newer server has taken over');
    await append(3);
    await phase.close();
  });
});

test.each(['edit-log.append', 'document-store.save', 'edit-log.trim'])(
  'a crash of the server after any %s leaves the old document or the new one',
  (after) =>
    simulateSystem(
      example,
      {
        implementation: 'hardened',
        settings: { compactAfter: 2, saveEveryMs: 500 },
        faults: Array.from({ length: 6 }, (_, index) => ({
          kind: 'crash' as const,
          service: 'server',
          after,
          fromMs: 4_000 + index * 40_000,
          toMs: 6_000 + index * 40_000,
        })),
      },
      async (phase) => {
        const guests = [await join(phase, 'ada'), await join(phase, 'bruno')] as const;
        await edit(phase, guests[0], create('s-1'));
        for (let at = 1; at <= 400; at += 1) {
          await phase.sleep(600);
          await edit(phase, guests[at % 2 === 0 ? 0 : 1], {
            kind: 'move',
            shapeId: 's-1',
            x: at,
            y: 0,
          });
        }
        await phase.sleep(30_000);
        expect((await phase.at(processes.server).canvas('room-1')).get('s-1')?.x).toBe(400);
        await expectAgreement(phase, guests);
        await phase.close();
        expect(phase.truth.unrecorded()).toBe(0);
        expect(phase.truth.growth?.overgrown).toBe(0);
      },
    ),
);

describe('the judge', () => {
  test('finds a canvas of which more is kept for long, once', () =>
    inVirtualTime(async () => {
      const { growth, violated } = judgeOf();
      const [big, small] = [stored(movedCanvas(40)), stored(movedCanvas(5))];
      for (const document of [small, big, small, big]) growth.saved('r', document, 0);
      await sleep(29_999);
      growth.saved('r', big, 0);
      expect(violated).toEqual([]);
      await sleep(1);
      growth.saved('r', big, 0);
      growth.saved('r', big, 0);
      expect(violated).toEqual(['documents-bounded']);
      expect(growth.overgrown).toBe(1);
    }));

  test('counts what is in the log, and says nothing while the log is struck', () =>
    inVirtualTime(async () => {
      const small = stored(movedCanvas(5));
      const struck = { kind: 'error', id: 'f', service: 'edit-log', fromMs: 0, toMs: 1 } as const;
      for (const [faults, found] of [
        [[], 1],
        [[struck], 0],
      ] as const) {
        const { growth } = judgeOf(faults);
        growth.saved('r', small, 40);
        await sleep(31_000);
        growth.saved('r', small, 40);
        expect(growth.overgrown).toBe(found);
        await sleep(0);
      }
    }));
});
