import { sleep } from '@firedrill/core/resilience';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Canvas } from '../src/domain/canvas.ts';
import { Room } from '../src/implementations/hardened/room.ts';
import { createSaves } from '../src/implementations/hardened/saves.ts';
import { serverOptions as options } from './canvas-server.ts';
import { create } from './people.ts';
import { portsWith } from './ports.ts';
import { inVirtualTime } from './virtual-time.ts';

describe('saves', () => {
  test('write a document once for all changes within a while, with the last of them in it', () =>
    inVirtualTime(async () => {
      const written: Uint8Array[] = [];
      const saves = createSaves(
        portsWith({ save: async (_roomId, document) => written.push(document) }),
        options,
      );
      const room = new Room('r', { document: undefined, left: [] }, 0);
      const writer = new Canvas(1);
      for (let number = 0; number < 10; number += 1) {
        room.apply(writer.apply(create(`s-${number}`)), []);
        saves.changed(room);
        await sleep(100);
      }
      await saves.close();
      expect(written).toHaveLength(1);
      const read = new Canvas(2);
      for (const document of written) Y.applyUpdate(read.doc, document);
      expect(read.shapes().size).toBe(10);
    }));

  test('try again when the store fails, and count as pending until it has it', () =>
    inVirtualTime(async () => {
      let attempts = 0;
      const saves = createSaves(
        portsWith({
          async save() {
            attempts += 1;
            if (attempts < 3) throw new Error('the store is down');
          },
        }),
        options,
      );
      const room = new Room('r', { document: undefined, left: [] }, 0);
      saves.changed(room);
      expect(saves.pending).toBe(1);
      await sleep(30_000);
      expect(attempts).toBe(3);
      expect(saves.pending).toBe(0);
      await saves.close();
    }));

  test('say that the store has a document up to a position when it has, and not when it will', () =>
    inVirtualTime(async () => {
      let calls = 0;
      let shapesStored = 0;
      const told: { readonly position: number; readonly shapesStored: number }[] = [];
      const saves = createSaves(
        portsWith({
          async save(_roomId, document) {
            calls += 1;
            const isRefused = calls % 2 === 1;
            await sleep(2_000);
            if (isRefused) throw new Error('the store is down');
            const read = new Canvas(2);
            Y.applyUpdate(read.doc, document);
            shapesStored = read.size;
          },
        }),
        options,
        (_room, position) => told.push({ position, shapesStored }),
      );
      const room = new Room('r', { document: undefined, left: [] }, 0);
      const writer = new Canvas(1);
      for (let number = 1; number <= 50; number += 1) {
        room.apply(writer.apply(create(`s-${number}`)), []);
        room.position = number;
        saves.changed(room);
        await sleep(700);
      }
      await saves.close();
      expect(told.filter((each) => each.shapesStored < each.position)).toEqual([]);
      expect(told.at(-1)?.position).toBe(50);
    }));

  test('go on so many at once, of a document one after the other, and leave none out', () =>
    inVirtualTime(async () => {
      const underWay: string[] = [];
      const written = new Set<string>();
      let most = 0;
      let twice = 0;
      const saves = createSaves(
        portsWith({
          async save(roomId) {
            if (underWay.includes(roomId)) twice += 1;
            underWay.push(roomId);
            most = Math.max(most, underWay.length);
            await sleep(3_000);
            underWay.splice(underWay.indexOf(roomId), 1);
            written.add(roomId);
          },
        }),
        { ...options, saveEveryMs: 1_000 },
      );
      const rooms = Array.from(
        { length: 9 },
        (_, number) => new Room(`r-${number}`, { document: undefined, left: [] }, 0),
      );
      for (let second = 0; second < 20; second += 1) {
        for (const room of rooms) saves.changed(room);
        await sleep(1_000);
      }
      expect(saves.pending).toBe(9);
      await sleep(60_000);
      expect([most, twice, written.size, saves.pending]).toEqual([2, 0, 9, 0]);
      expect(rooms.some((room) => saves.isDirty(room))).toBe(false);
      await saves.close();
    }));

  test('that take too long are given up, and tried again', () =>
    inVirtualTime(async () => {
      let attempts = 0;
      const told: number[] = [];
      const saves = createSaves(
        portsWith({
          async save() {
            attempts += 1;
            if (attempts === 1) await new Promise(() => {});
          },
        }),
        options,
        (_room, position) => told.push(position),
      );
      const room = new Room('r', { document: undefined, left: [] }, 0);
      room.position = 4;
      saves.changed(room);
      await sleep(12_000);
      expect([attempts, saves.isDirty(room), told]).toEqual([1, true, []]);
      await sleep(10_000);
      expect([attempts, saves.isDirty(room), told]).toEqual([2, false, [4]]);
      await saves.close();
    }));

  test.each([0, 0.5, 0.999])(
    'come within the time that a change may wait, and no more often than there are changes (%d)',
    (random) =>
      inVirtualTime(async () => {
        let attempts = 0;
        const saves = createSaves(
          portsWith({ save: async () => (attempts += 1), random: () => random }),
          options,
        );
        const room = new Room('r', { document: undefined, left: [] }, 0);
        saves.changed(room);
        await sleep(options.saveEveryMs);
        expect([attempts, saves.isDirty(room)]).toEqual([1, false]);
        await sleep(10 * options.saveEveryMs);
        expect(attempts).toBe(1);
        await saves.close();
      }),
  );

  test('are not waited for for ever when the server closes', () =>
    inVirtualTime(async () => {
      const saves = createSaves(
        portsWith({ save: () => Promise.reject(new Error('the store is down')) }),
        options,
      );
      saves.changed(new Room('r', { document: undefined, left: [] }, 0));
      const fromMs = performance.now();
      await saves.close();
      expect(performance.now() - fromMs).toBeGreaterThanOrEqual(180_000);
      expect([performance.now() - fromMs < 200_000, saves.pending]).toEqual([true, 1]);
    }));
});
