import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { Canvas } from '../src/domain/canvas.ts';
import type { Kept } from '../src/domain/protocol.ts';
import { createReplica, type ReplicaStorage } from '../src/implementations/hardened/replica.ts';
import { appDeviceOf } from '../src/implementations/hardened/simulated-device.ts';
import type { PageDevice } from '../src/world/devices.ts';
import { createDeviceStorage } from '../src/world/device-storage.ts';
import { stampOf } from './canvas-server.ts';
import { create } from './people.ts';

/** Where a replica is kept, and how much is there. */
interface Device {
  readonly storage: ReplicaStorage;
  readonly size: () => number;
  /** What is there at most when everything is confirmed. */
  readonly settledSize: number;
}

const devices: Readonly<Record<string, () => Device>> = {
  'with all of it'() {
    const kept: Kept[] = [];
    return {
      storage: {
        isWhole: true,
        kept,
        keep: (each) => void kept.push(each),
        settled: (all) => void kept.splice(0, Infinity, { update: all(), stamp: undefined }),
        clear: () => void kept.splice(0),
      },
      size: () => kept.length,
      settledSize: 1,
    };
  },
  'with what is not confirmed'() {
    const stored = createDeviceStorage();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a replica uses of it
    const { storage } = appDeviceOf({ storage: stored } as unknown as PageDevice);
    if (storage === undefined) throw new Error('There is no storage.');
    return { storage, size: () => stored.read().length, settledSize: 0 };
  },
};

type Step =
  | { readonly kind: 'draw' | 'others draw' | 'look' | 'come back' }
  | { readonly kind: 'confirm'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('draw', 'others draw', 'look', 'come back') }),
  fc.record({ kind: fc.constant('confirm' as const), which: fc.nat(5) }),
);

/** A device and a server, to which the steps happen; gives what was wrong after which. */
function follow(steps: readonly Step[], { storage, size, settledSize }: Device): readonly string[] {
  const wrong: string[] = [];
  const server = new Canvas(1_000);
  const others = new Canvas(2_000);
  const drawn: string[] = [];
  const unconfirmed = new Map<string, Uint8Array>();
  /** What was drawn since everything was confirmed: who comes back asks about all of it again. */
  const unsettled = new Map<string, Uint8Array>();
  let starts = 1;
  let replica = createReplica(starts, storage);
  const check = (what: string, found: unknown, expected: unknown): void => {
    if (isDeepStrictEqual(found, expected)) return;
    wrong.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  };
  const look = (what: string): void =>
    check(what, [...replica.canvas.shapes().keys()].toSorted(), drawn.toSorted());

  for (const [number, each] of steps.entries()) {
    const id = `s-${number}`;
    switch (each.kind) {
      case 'draw': {
        const update = replica.edit(create(id), stampOf(id, id));
        for (const map of [unconfirmed, unsettled]) map.set(id, update);
        drawn.push(id);
        break;
      }
      case 'others draw': {
        const update = others.apply(create(id));
        Y.applyUpdate(server.doc, update);
        replica.receive(update);
        drawn.push(id);
        break;
      }
      case 'confirm': {
        const [confirmed, update] = [...unconfirmed][each.which] ?? [];
        if (confirmed === undefined || update === undefined) break;
        Y.applyUpdate(server.doc, update);
        unconfirmed.delete(confirmed);
        replica.acknowledge([confirmed]);
        if (unconfirmed.size > 0) break;
        check(`kept after ${id}`, size(), settledSize);
        unsettled.clear();
        break;
      }
      case 'look':
        look(`seen after ${id}`);
        break;
      case 'come back':
        starts += 1;
        for (const [known, update] of unsettled) unconfirmed.set(known, update);
        replica = createReplica(starts, storage);
        if (storage.isWhole) look(`seen after coming back at ${id}`);
        replica.receive(Y.encodeStateAsUpdate(server.doc, replica.vector));
        break;
      default:
        throw new TypeError(`There is no step ${JSON.stringify(each satisfies never)}.`);
    }
    const ids = replica.unacknowledged.map((stamp) => stamp.id);
    check(`unconfirmed after ${id}`, ids.toSorted(), [...unconfirmed.keys()].toSorted());
    check(`waiting after ${id}`, replica.hasUnacknowledged, unconfirmed.size > 0);
  }
  const isAhead = storage.isWhole && [...unconfirmed.keys()].some((id) => !server.has(id));
  check('ahead', replica.isAheadOf(Y.encodeStateVector(server.doc)), isAhead);
  Y.applyUpdate(server.doc, replica.since(Y.encodeStateVector(server.doc)));
  check('sent', server.shapes(), replica.canvas.shapes());
  look('seen in the end');
  return wrong;
}

test.each(Object.entries(devices))(
  'a device %s has everything that was drawn and knows what is not confirmed, however often it comes back',
  (_what, open) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        expect(follow(steps, open())).toEqual([]);
      }),
      { numRuns: 150 },
    );
  },
);

test('a replica that is discarded is nowhere', () => {
  for (const open of Object.values(devices)) {
    const { storage, size } = open();
    const replica = createReplica(1, storage);
    replica.edit(create('s'), stampOf('e', 's'));
    expect(size()).toBe(1);
    replica.discard();
    expect([size(), createReplica(2, storage).canvas.size]).toEqual([0, 0]);
  }
});
