import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import type { Role } from '../src/domain.ts';
import { Canvas } from '../src/domain/canvas.ts';
import {
  Cursors,
  cursorUpdate,
  readCursor,
  updateOfChanges,
} from '../src/implementations/hardened/cursors.ts';
import { Member } from '../src/implementations/hardened/member.ts';
import {
  createPermissionCache,
  type PermissionAnswer,
} from '../src/implementations/hardened/permission-cache.ts';
import { Room } from '../src/implementations/hardened/room.ts';
import type { Frame, ServerMessage, Stamp } from '../src/domain/protocol.ts';
import { create } from './people.ts';

describe('the permission cache', () => {
  const ttlMs = 60_000;

  /** A service whose answers a test gives one by one. */
  function openCache() {
    let nowMs = 0;
    const questions: ((answer: PermissionAnswer) => void)[] = [];
    const cache = createPermissionCache({
      ask: () => new Promise((resolve) => void questions.push(resolve)),
      ttlMs,
      nowMs: () => nowMs,
    });
    return {
      cache,
      questions,
      answer: (answer: PermissionAnswer) => questions.shift()?.(answer),
      pass: (ms: number) => (nowMs += ms),
    };
  }

  test('asks once for many, and again when the answer is out of date', async () => {
    const { cache, questions, answer, pass } = openCache();
    const asked = [cache.roleOf('ada', 'r'), cache.roleOf('ada', 'r')];
    expect(questions).toHaveLength(1);
    answer({ role: 'editor', number: 1 });
    expect(await Promise.all(asked)).toEqual(['editor', 'editor']);
    expect(await cache.roleOf('ada', 'r')).toBe('editor');
    pass(ttlMs);
    void cache.roleOf('ada', 'r');
    expect(questions).toHaveLength(1);
  });

  test('knows a role in one room only', async () => {
    const { cache, questions, answer } = openCache();
    void cache.roleOf('ada', 'r');
    answer({ role: 'admin', number: 1 });
    void cache.roleOf('ada', 'another');
    expect(questions).toHaveLength(1);
  });

  test('knows nothing of somebody while a decision about them is under way, nor afterwards what was before', async () => {
    const { cache, questions, answer } = openCache();
    const before = cache.roleOf('ada', 'r');
    answer({ role: 'editor', number: 1 });
    expect(await before).toBe('editor');
    const over = cache.suspend('ada', 'r');
    expect(cache.isCurrent('ada', 'r', 'editor')).toBe(false);
    const meanwhile = cache.roleOf('ada', 'r');
    expect(questions).toHaveLength(0);
    over();
    await Promise.resolve();
    expect(questions).toHaveLength(1);
    answer({ role: 'viewer', number: 2 });
    expect(await meanwhile).toBe('viewer');
  });

  test('does not believe an answer that was asked for before a decision was over', async () => {
    const { cache, questions, answer } = openCache();
    const asked = cache.roleOf('ada', 'r');
    const over = cache.suspend('ada', 'r');
    answer({ role: 'editor', number: 1 });
    await Promise.resolve();
    expect(cache.isCurrent('ada', 'r', 'editor')).toBe(false);
    over();
    cache.learn('ada', 'r', { role: undefined, number: 2 });
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    expect(questions).toHaveLength(1);
    answer({ role: undefined, number: 2 });
    expect(await asked).toBeUndefined();
  });

  test('takes a decision back only for a later one, in whatever order they are heard of', () => {
    const { cache } = openCache();
    expect(cache.learn('ada', 'r', { role: undefined, number: 7 })).toBe(true);
    expect(cache.learn('ada', 'r', { role: 'editor', number: 6 })).toBe(false);
    expect(cache.isCurrent('ada', 'r', undefined)).toBe(true);
  });

  test('tells all who wait that there is no answer, and then asks again', async () => {
    let isDown = true;
    const cache = createPermissionCache({
      async ask() {
        if (isDown) throw new Error('down');
        return { role: 'viewer', number: 1 };
      },
      ttlMs,
      nowMs: () => 0,
    });
    const waiting = [cache.roleOf('ada', 'r'), cache.roleOf('ada', 'r')];
    for (const each of waiting) await expect(each).rejects.toThrow('down');
    isDown = false;
    expect(await cache.roleOf('ada', 'r')).toBe('viewer');
  });

  test('asks again when an answer knows less than is known', async () => {
    const { cache, questions, answer } = openCache();
    cache.learn('ada', 'r', { role: undefined, number: 7 });
    const asked = cache.renew('ada', 'r');
    answer({ role: 'admin', number: 6 });
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    expect(questions).toHaveLength(1);
    answer({ role: 'viewer', number: 7 });
    expect(await asked).toBe('viewer');
  });

  test('asks nothing until the last of several decisions is over', async () => {
    const { cache, questions, answer } = openCache();
    const over = [cache.suspend('ada', 'r'), cache.suspend('ada', 'r')];
    const asked = cache.roleOf('ada', 'r');
    for (const [index, end] of over.entries()) {
      expect([cache.isSuspended('ada', 'r'), questions.length]).toEqual([true, 0]);
      end();
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      expect([cache.isSuspended('ada', 'r'), questions.length]).toEqual(
        index === 0 ? [true, 0] : [false, 1],
      );
    }
    answer({ role: 'editor', number: 2 });
    expect(await asked).toBe('editor');
  });

  test('forgets whoever was decided about or could not be asked about, when it is over', async () => {
    let nowMs = 0;
    const cache = createPermissionCache({
      ask: () => Promise.reject(new Error('down')),
      ttlMs,
      nowMs: () => nowMs,
    });
    await expect(cache.roleOf('ada', 'r')).rejects.toThrow('down');
    const over = cache.suspend('bruno', 'r');
    nowMs = 10 * ttlMs;
    cache.sweep();
    expect([cache.size, cache.isSuspended('bruno', 'r')]).toEqual([1, true]);
    over();
    cache.sweep();
    expect(cache.size).toBe(0);
  });

  test('forgets what ran out long ago', () => {
    const { cache, pass } = openCache();
    cache.learn('ada', 'r', { role: 'editor', number: 1 });
    pass(ttlMs + 1);
    cache.sweep();
    expect(cache.size).toBe(1);
    pass(ttlMs);
    cache.sweep();
    expect(cache.size).toBe(0);
  });
});

describe('cursors', () => {
  test('are updates that y-protocols reads, the newest of each', () => {
    const cursors = new Cursors();
    cursors.receive(300, cursorUpdate(300, 1, { x: 1 }));
    cursors.receive(300, cursorUpdate(300, 2, { x: 2 }));
    cursors.receive(5, cursorUpdate(5, 1, { x: 5 }));
    const reader = new Awareness(new Y.Doc());
    applyAwarenessUpdate(reader, updateOfChanges(cursors.takeMoved()), 'server');
    expect(reader.getStates().get(300)).toEqual({ x: 2 });
    expect(reader.getStates().get(5)).toEqual({ x: 5 });
    expect(cursors.takeMoved().size).toBe(0);
    cursors.forget(300);
    applyAwarenessUpdate(reader, updateOfChanges(cursors.takeMoved()), 'server');
    expect(reader.getStates().has(300)).toBe(false);
    reader.destroy();
  });

  test('are taken over as y-protocols writes them, and only one’s own', () => {
    const doc = new Y.Doc();
    const writer = new Awareness(doc);
    writer.setLocalState({ x: 7 });
    const update = encodeAwarenessUpdate(writer, [doc.clientID]);
    const cursors = new Cursors();
    cursors.receive(doc.clientID, update);
    expect(cursors.takeMoved().size).toBe(1);
    expect(() => cursors.receive(1, update)).toThrow('Send one entry, your own');
    expect(() => cursors.receive(1, Uint8Array.of(1))).toThrow('middle of a number');
    writer.destroy();
  });

  test('are refused when a byte is missing or too much, and leave what was there', () => {
    const cursors = new Cursors();
    const whole = cursorUpdate(300, 2, { x: 2 });
    cursors.receive(300, cursorUpdate(300, 1, { x: 1 }));
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => cursors.receive(300, whole.subarray(0, length))).toThrow('Failed to take over');
    }
    expect(() => cursors.receive(300, Uint8Array.of(...whole, 0))).toThrow('the length is wrong');
    expect([...cursors.everything().values()].map(({ clock }) => clock)).toEqual([1]);
  });

  test('have numbers of any size, as y-protocols writes and reads them', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(), fc.jsonValue(), (clientId, clock, state) => {
        const update = cursorUpdate(clientId, clock, { state });
        expect(readCursor(clientId, update)).toEqual({
          clock,
          state: JSON.parse(JSON.stringify({ state })),
        });
        const reader = new Awareness(new Y.Doc());
        applyAwarenessUpdate(reader, update, 'server');
        expect(reader.meta.get(clientId)?.clock).toBe(clock);
        reader.destroy();
      }),
    );
  });

  test('an older position does not replace a newer one', () => {
    const cursors = new Cursors();
    cursors.receive(1, cursorUpdate(1, 5, { x: 5 }));
    cursors.takeMoved();
    cursors.receive(1, cursorUpdate(1, 4, { x: 4 }));
    expect(cursors.takeMoved().size).toBe(0);
  });
});

/** A member whose network takes what the test lets it take. */
function openMember(personId: string, role: Role, maxBufferedBytes = 1_000, clientId?: number) {
  const sent: ServerMessage[] = [];
  const peer = {
    bufferedBytes: 0,
    send({ message, bytes }: Frame) {
      sent.push(message);
      peer.bufferedBytes += bytes;
    },
    close() {},
  };
  const member = new Member(
    { personId, name: undefined, roomId: 'r', clientId, vector: undefined },
    peer,
    { receive() {}, lost() {} },
    { number: 1, nowMs: 0, maxBufferedBytes },
  );
  member.state = { kind: 'open', role, checkedAtMs: 0 };
  return { member, peer, sent, types: () => sent.map(({ type }) => type) };
}

type Opened = ReturnType<typeof openMember>;

/** The cursors that a member sees after all that it was sent. */
function screenOf({ sent }: Opened): ReadonlyMap<number, object> {
  const reader = new Awareness(new Y.Doc());
  reader.setLocalState(null);
  for (const message of sent) {
    if (message.type === 'cursors') applyAwarenessUpdate(reader, message.update, 'server');
  }
  const states = new Map(reader.getStates());
  reader.destroy();
  return states;
}

const stamp = (id: string, shapeId: string): Stamp => ({
  id,
  by: 'ada',
  atMs: 0,
  kind: 'create',
  shapeId,
  isLate: false,
});

describe('a room', () => {
  test('sends the changes of an interval together, to each role in its own form', () => {
    const room = new Room('r', { document: undefined, left: [] }, 0);
    const editor = openMember('ada', 'editor');
    const viewer = openMember('bruno', 'viewer');
    for (const { member, sent, peer } of [editor, viewer]) {
      room.enter(member, member.role ?? 'viewer');
      sent.length = 0;
      peer.bufferedBytes = 0;
    }
    const writer = new Canvas(1);
    room.apply(writer.apply(create('a')), [stamp('e-1', 'a')]);
    room.apply(writer.apply(create('b', 'drafts')), [stamp('e-2', 'b')]);
    expect(editor.sent).toEqual([]);
    room.flush();
    expect(editor.types()).toEqual(['update']);
    expect(viewer.sent).toMatchObject([{ type: 'shapes', shapes: [{ id: 'a' }], removed: [] }]);
    room.flush();
    expect(editor.sent).toHaveLength(1);
    room.destroy();
  });

  test('takes the cursor of whoever leaves away, for all who are there and who come', () => {
    const room = new Room('r', { document: undefined, left: [] }, 0);
    const ada = openMember('ada', 'editor', 1_000, 7);
    const bruno = openMember('bruno', 'viewer');
    for (const { member } of [ada, bruno]) room.enter(member, member.role ?? 'viewer');
    room.cursors.receive(7, cursorUpdate(7, 1, { x: 1 }));
    room.flushCursors();
    room.leave(ada.member, 0);
    expect(room.cursors.everything().size).toBe(0);
    room.flushCursors();
    expect(screenOf(bruno).size).toBe(0);
    room.destroy();
  });

  test('keeps nothing for somebody who is too slow, and then sends everything at once', () => {
    const room = new Room('r', { document: undefined, left: [] }, 0);
    const { member, peer, sent, types } = openMember('bruno', 'viewer');
    room.enter(member, 'viewer');
    const writer = new Canvas(1);
    for (let number = 0; number < 100; number += 1) {
      room.apply(writer.apply(create(`s-${number}`)), [stamp(`e-${number}`, `s-${number}`)]);
      room.flush();
    }
    expect(peer.bufferedBytes).toBeLessThanOrEqual(1_000);
    expect(room.hasSlow).toBe(true);
    expect(room.catchUp()).toBe(0);
    peer.bufferedBytes = 0;
    const before = sent.length;
    expect(room.catchUp()).toBe(1);
    expect(types().slice(before)).toEqual(['shapes']);
    expect(sent.at(-1)).toMatchObject({ isWhole: true, shapes: { length: 100 } });
    expect(room.hasSlow).toBe(false);
    room.destroy();
  });

  test('leaves cursors out for the slow, and sends the newest of all later', () => {
    const room = new Room('r', { document: undefined, left: [] }, 0);
    const bruno = openMember('bruno', 'viewer', 100_000);
    room.enter(bruno.member, 'viewer');
    bruno.peer.bufferedBytes = 50_000;
    bruno.sent.length = 0;
    for (let clock = 1; clock <= 10; clock += 1) {
      room.cursors.receive(1, cursorUpdate(1, clock, { x: clock }));
      expect(room.flushCursors()).toBe(1);
    }
    room.cursors.receive(2, cursorUpdate(2, 1, { x: 0 }));
    expect(room.flushCursors()).toBe(1);
    expect(bruno.sent).toEqual([]);
    bruno.peer.bufferedBytes = 0;
    expect(room.flushCursors()).toBe(0);
    expect(bruno.sent).toHaveLength(1);
    expect(screenOf(bruno)).toEqual(
      new Map([
        [1, { x: 10 }],
        [2, { x: 0 }],
      ]),
    );
    expect(room.flushCursors()).toBe(0);
    expect(bruno.sent).toHaveLength(1);
    room.destroy();
  });

  test.each([
    {
      who: 'was too slow',
      before: ({ peer }: Opened) => (peer.bufferedBytes = 50_000),
      after: ({ peer }: Opened) => (peer.bufferedBytes = 0),
    },
    {
      who: 'was suspended',
      before: ({ member }: Opened) => (member.state = { kind: 'suspended', role: 'viewer' }),
      after: ({ member }: Opened, room: Room) => {
        member.state = { kind: 'open', role: 'viewer', checkedAtMs: 0 };
        room.sendWhole(member, 'viewer', []);
      },
    },
  ])('takes the cursor of whoever left away for somebody who $who', ({ before, after }) => {
    const room = new Room('r', { document: undefined, left: [] }, 0);
    const [ada, bruno] = [
      openMember('ada', 'editor', 100_000, 7),
      openMember('bruno', 'viewer', 100_000),
    ];
    for (const { member } of [ada, bruno]) room.enter(member, member.role ?? 'viewer');
    room.cursors.receive(7, cursorUpdate(7, 1, { x: 1 }));
    room.flushCursors();
    expect(screenOf(bruno).size).toBe(1);
    before(bruno);
    room.leave(ada.member, 0);
    room.flushCursors();
    after(bruno, room);
    room.flushCursors();
    expect(screenOf(bruno).size).toBe(0);
    room.destroy();
  });

  test('has shown everybody the same cursors in the end, whoever was slow in between', () => {
    const client = fc.integer({ min: 1, max: 3 });
    const events = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constantFrom('move', 'forget'), client }),
        fc.record({ kind: fc.constantFrom('slow', 'quick', 'flush') }),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(events, (all) => {
        const room = new Room('r', { document: undefined, left: [] }, 0);
        const [bruno, chidi] = [
          openMember('bruno', 'viewer', 100_000),
          openMember('chidi', 'viewer', 100_000),
        ];
        for (const { member } of [bruno, chidi]) room.enter(member, 'viewer');
        let isSlow = false;
        const flush = (): void => {
          chidi.peer.bufferedBytes = 0;
          bruno.peer.bufferedBytes = isSlow ? 50_000 : 0;
          room.flushCursors();
        };
        for (const [clock, event] of all.entries()) {
          if (event.kind === 'flush') flush();
          else if (!('client' in event)) isSlow = event.kind === 'slow';
          else if (event.kind === 'forget') room.cursors.forget(event.client);
          else {
            const update = cursorUpdate(event.client, clock + 1, { x: clock });
            room.cursors.receive(event.client, update);
          }
        }
        isSlow = false;
        flush();
        expect(screenOf(bruno)).toEqual(screenOf(chidi));
        room.destroy();
      }),
      { numRuns: 300 },
    );
  });

  test('tells who was suspended or too slow later who came and who went', () => {
    const room = new Room('r', { document: undefined, left: [] }, 0);
    const ada = openMember('ada', 'editor', 100_000);
    const [bruno, chidi] = [openMember('bruno', 'viewer'), openMember('chidi', 'viewer')];
    room.enter(ada.member, 'editor');
    room.enter(bruno.member, 'viewer');
    expect(room.flushNews()).toBe(false);
    ada.member.state = { kind: 'suspended', role: 'editor' };
    ada.sent.length = 0;
    room.enter(chidi.member, 'viewer');
    expect(room.flushNews()).toBe(true);
    ada.member.state = { kind: 'open', role: 'editor', checkedAtMs: 0 };
    ada.peer.bufferedBytes = 50_000;
    room.leave(bruno.member, 0);
    expect(room.flushNews()).toBe(true);
    expect(ada.sent).toEqual([]);
    ada.peer.bufferedBytes = 0;
    expect(room.flushNews()).toBe(false);
    expect(ada.sent).toEqual([{ type: 'people', joined: ['chidi'], left: ['bruno'] }]);
    room.destroy();
  });

  test('tells an admin who was suspended or too slow later what happened, and nobody who is none any more', () => {
    const room = new Room('r', { document: undefined, left: [] }, 0);
    const ada = openMember('ada', 'admin', 100_000);
    const bruno = openMember('bruno', 'admin', 100_000);
    room.enter(ada.member, 'admin');
    room.enter(bruno.member, 'admin');
    room.flushNews();
    const happened = (text: string) => {
      const entry = { atMs: 0, by: 'chidi', text };
      room.note(entry);
      return entry;
    };
    ada.member.state = { kind: 'suspended', role: 'admin' };
    bruno.peer.bufferedBytes = 50_000;
    ada.sent.length = 0;
    bruno.sent.length = 0;
    const first = happened('came');
    expect(room.flushNews()).toBe(true);
    const second = happened('went');
    expect(room.flushNews()).toBe(true);
    expect([ada.sent, bruno.sent, bruno.member.isBehind]).toEqual([[], [], false]);
    ada.member.state = { kind: 'open', role: 'admin', checkedAtMs: 0 };
    bruno.peer.bufferedBytes = 0;
    bruno.member.state = { kind: 'open', role: 'viewer', checkedAtMs: 0 };
    expect(room.flushNews()).toBe(false);
    expect(ada.sent).toEqual([{ type: 'audit', entries: [first, second] }]);
    expect(bruno.sent).toEqual([]);
    bruno.member.state = { kind: 'open', role: 'admin', checkedAtMs: 0 };
    const third = happened('came back');
    expect(room.flushNews()).toBe(false);
    expect(bruno.sent).toEqual([{ type: 'audit', entries: [third] }]);
    room.destroy();
  });

  test('keeps no more for an admin who hears nothing than a screen shows', () => {
    const room = new Room('r', { document: undefined, left: [] }, 0);
    const ada = openMember('ada', 'admin', 100_000);
    room.enter(ada.member, 'admin');
    ada.peer.bufferedBytes = 50_000;
    for (let atMs = 1; atMs <= 1_000; atMs += 1) {
      room.note({ atMs, by: 'chidi', text: 'came' });
      room.flushNews();
    }
    expect(ada.member.owedAudit.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 256 }, (_, at) => 745 + at),
    );
    room.destroy();
  });
});
