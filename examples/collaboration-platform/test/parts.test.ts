import { createRandom, simulate } from '@firedrill/core/simulation';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createBag } from '../src/world/bag.ts';
import { Canvas } from '../src/domain/canvas.ts';
import { createDeliveries } from '../src/world/deliveries.ts';
import { type Change, changed, isVisible, type Shape } from '../src/domain.ts';
import { frame, type ServerMessage } from '../src/domain/protocol.ts';

const shape = (id: string, changes: Partial<Shape> = {}): Shape => ({
  id,
  x: 0,
  y: 0,
  text: 'new',
  layer: 'board',
  ...changes,
});
const create = (id: string, changes: Partial<Shape> = {}): Change => ({
  kind: 'create',
  shape: shape(id, changes),
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs in virtual time, as from its beginning. */
async function inVirtualTime(body: () => Promise<void>): Promise<void> {
  await simulate({ seed: 1, start: '2026-03-02T10:00:00Z' }, body);
}

describe('the rules of a canvas', () => {
  test('given a shape, a change replaces the field that it is about', () => {
    expect(changed(shape('s'), { kind: 'move', shapeId: 's', x: 3, y: 4 })).toEqual(
      shape('s', { x: 3, y: 4 }),
    );
    expect(changed(shape('s'), { kind: 'hide', shapeId: 's' })?.layer).toBe('drafts');
    expect(changed(undefined, { kind: 'hide', shapeId: 's' })).toBeUndefined();
    expect(changed(shape('s'), { kind: 'delete', shapeId: 's' })).toBeUndefined();
  });

  test('drafts are for those who may edit, and nothing is for those without a role', () => {
    const draft = shape('s', { layer: 'drafts' });
    expect([isVisible(draft, 'viewer'), isVisible(draft, 'editor')]).toEqual([false, true]);
    expect([isVisible(shape('s'), 'viewer'), isVisible(shape('s'), undefined)]).toEqual([
      true,
      false,
    ]);
  });
});

const changeOf = fc.oneof(
  fc.record({
    kind: fc.constant('move' as const),
    shapeId: fc.constantFrom('a', 'b'),
    x: fc.integer(),
    y: fc.integer(),
  }),
  fc.record({
    kind: fc.constant('write' as const),
    shapeId: fc.constantFrom('a', 'b'),
    text: fc.string(),
  }),
  fc.record({
    kind: fc.constantFrom('publish' as const, 'hide' as const),
    shapeId: fc.constantFrom('a', 'b'),
  }),
);

test('replicas that have seen the same changes are the same, in whatever order they came', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), changeOf), { maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
      (changes, draws) => {
        const base = new Canvas(9);
        const first = [base.apply(create('a')), base.apply(create('b'))];
        const replicas = [1, 2, 3].map((clientId) => new Canvas(clientId));
        for (const { doc } of replicas) for (const update of first) Y.applyUpdate(doc, update);
        const updates = changes.map(([by, change]) => replicas[by]?.apply(change));
        for (const { doc } of replicas) {
          const shuffled = updates.toSorted(() => ((draws.next().value ?? 0) % 3) - 1);
          for (const update of shuffled) if (update !== undefined) Y.applyUpdate(doc, update);
        }
        const [one, ...others] = replicas.map((canvas) => canvas.shapes());
        for (const other of others) expect(other).toEqual(one);
      },
    ),
  );
});

test('deliveries come in the order of their time, and of one millisecond in that of their sending', () =>
  inVirtualTime(async () => {
    const arrived: string[] = [];
    const startMs = performance.now();
    const elapsedMs = (): number => performance.now() - startMs;
    const deliveries = createDeliveries<string>(elapsedMs, (item) => arrived.push(item));
    deliveries.add(5, 'second');
    deliveries.add(2, 'first');
    deliveries.add(4.5, 'third');
    expect(deliveries.size).toBe(3);
    await sleep(10);
    expect(arrived).toEqual(['first', 'second', 'third']);
    expect(deliveries.size).toBe(0);
  }));

test('a bag holds what was added and not removed, and draws each alike', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(5))), (steps) => {
      const bag = createBag<number>();
      const model = new Set<number>();
      for (const [adds, item] of steps) {
        if (adds) {
          bag.add(item);
          model.add(item);
        } else {
          bag.remove(item);
          model.delete(item);
        }
      }
      expect(new Set(bag.all())).toEqual(model);
      expect(bag.size).toBe(model.size);
      const drawn = bag.pick(createRandom(1, 'bag'));
      expect(drawn === undefined ? model.size === 0 : model.has(drawn)).toBe(true);
    }),
  );
});

const canvasOf = (count: number): ServerMessage => ({
  type: 'shapes',
  isWhole: true,
  shapes: Array.from({ length: count }, (_, index) => shape(`s-${index}`)),
  removed: [],
  stamps: [],
});

test('the size of a message is that of what is in it', () => {
  const { bytes } = frame(canvasOf(100));
  const json = JSON.stringify(canvasOf(100)).length;
  expect(Math.abs(bytes / json - 1)).toBeLessThan(0.25);
});
