import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Canvas, emptyUpdate } from '../src/domain/canvas.ts';
import { replacementOf } from '../src/domain/rewrite.ts';

const shapeId = 's';

function twoReplicas(text: string): readonly [Canvas, Canvas] {
  const [one, other] = [new Canvas(1), new Canvas(2)];
  const shape = { id: shapeId, x: 0, y: 0, text, layer: 'board' } as const;
  Y.applyUpdate(other.doc, one.apply({ kind: 'create', shape }));
  return [one, other];
}

const write = (canvas: Canvas, text: string): Uint8Array =>
  canvas.apply({ kind: 'write', shapeId, text });
const textOf = (canvas: Canvas): string | undefined => canvas.shape(shapeId)?.text;

describe('a text', () => {
  test('says what was written last, whatever it said before', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const [one, other] = twoReplicas(before);
        Y.applyUpdate(other.doc, write(one, after));
        expect([textOf(one), textOf(other)]).toEqual([after, after]);
      }),
    );
  });

  test('has the words of both who write at once', () => {
    const [one, other] = twoReplicas('a plan');
    const [first, second] = [write(one, 'a good plan'), write(other, 'a plan for June')];
    Y.applyUpdate(one.doc, second);
    Y.applyUpdate(other.doc, first);
    expect(textOf(one)).toBe('a good plan for June');
    expect(textOf(other)).toBe('a good plan for June');
  });

  test('is not cut in the middle of a character', () => {
    // The two share their first half, and then their second.
    expect(replacementOf('😀', '😁')).toEqual({ at: 0, removed: 2, inserted: '😁' });
    expect(replacementOf('\u{1F600}', '\u{1FA00}')).toMatchObject({ at: 0, removed: 2 });
  });
});

describe('undo', () => {
  test('takes back what this replica did, and nothing of others', () => {
    const [one, other] = twoReplicas('');
    one.keepHistory();
    const mine = write(one, 'mine');
    Y.applyUpdate(other.doc, mine);
    Y.applyUpdate(one.doc, write(other, 'mine and theirs'));
    Y.applyUpdate(other.doc, one.undo());
    expect([textOf(one), textOf(other)]).toEqual([' and theirs', ' and theirs']);
    Y.applyUpdate(other.doc, one.redo());
    expect([textOf(one), textOf(other)]).toEqual(['mine and theirs', 'mine and theirs']);
  });

  test('brings a deleted shape back, and says so when there is nothing to take back', () => {
    const [one] = twoReplicas('kept');
    one.keepHistory();
    one.apply({ kind: 'delete', shapeId });
    expect(one.has(shapeId)).toBe(false);
    one.undo();
    expect(textOf(one)).toBe('kept');
    expect(one.undo()).toEqual(emptyUpdate);
  });
});

describe('a shape that is none', () => {
  test.each<[string, (map: Y.Map<unknown>) => void]>([
    ['is a text', (map) => map.set(shapeId, 'text')],
    ['is a list', (map) => map.set(shapeId, new Y.Array())],
    ['has no fields', (map) => map.set(shapeId, new Y.Map())],
    [
      'has a place that is no number',
      (map) =>
        map.set(
          shapeId,
          new Y.Map<unknown>([
            ['at', [Number.NaN, 0]],
            ['text', new Y.Text()],
            ['layer', 'board'],
          ]),
        ),
    ],
  ])('as it %s is told, and breaks nothing', (_what, spoil) => {
    const canvas = new Canvas(1);
    spoil(canvas.doc.getMap('shapes'));
    expect(canvas.isWellFormed(shapeId)).toBe(false);
    expect(() => canvas.shapes()).not.toThrow();
    canvas.apply({ kind: 'write', shapeId, text: 'x' });
  });

  test('is told from one that is', () => {
    const [one] = twoReplicas('text');
    expect([one.isWellFormed(shapeId), one.isWellFormed('nobody')]).toEqual([true, true]);
  });
});
