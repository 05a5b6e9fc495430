import { simulate } from '@firedrill/core/simulation';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Canvas } from '../src/domain/canvas.ts';
import type { Ports, ServerOptions } from '../src/implementations/hardened/ports.ts';
import { Room } from '../src/implementations/hardened/room.ts';
import { createSaves } from '../src/implementations/hardened/saves.ts';
import { create } from './people.ts';

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

const portsWith = (save: Ports['save']): Ports => ({
  checkPermission: async () => ({ role: 'admin', number: 0 }),
  decide: async () => ({ number: 0 }),
  load: async () => undefined,
  save,
  recordHistory: async () => {},
  trackAnalytics: async () => {},
  nowMs: () => performance.now(),
  random: () => 0.5,
  count: () => {},
  onFault: () => {},
});

describe('saves', () => {
  test('write a document once for all changes within a while, with the last of them in it', () =>
    inVirtualTime(async () => {
      const written: Uint8Array[] = [];
      const saves = createSaves(
        portsWith(async (_roomId, document) => written.push(document)),
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
        portsWith(async () => {
          attempts += 1;
          if (attempts < 3) throw new Error('the store is down');
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
});
