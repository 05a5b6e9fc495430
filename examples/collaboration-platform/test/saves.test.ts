import { simulate } from '@firedrill/core/simulation';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Canvas } from '../src/domain/canvas.ts';
import type { ServerOptions } from '../src/implementations/hardened/ports.ts';
import { Room } from '../src/implementations/hardened/room.ts';
import { createSaves } from '../src/implementations/hardened/saves.ts';
import { create } from './people.ts';
import { portsWith } from './ports.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs in virtual time, as from its beginning. */
async function inVirtualTime(body: () => Promise<void>): Promise<void> {
  await simulate({ seed: 1, start: '2026-03-02T10:00:00Z' }, body);
}

const options: ServerOptions = {
  flushMs: 25,
  cursorMs: 100,
  statusMs: 1_000,
  lostAfterMs: 10_000,
  saveEveryMs: 10_000,
  saveWorkers: 2,
  permissionTtlMs: 60_000,
  maxBufferedBytes: 1_000,
};

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
});
