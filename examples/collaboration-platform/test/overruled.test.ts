import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Change } from '../src/domain.ts';
import { Canvas } from '../src/domain/canvas.ts';
import { type Conflict, staleAfterMs } from '../src/domain/conflicts.ts';
import { createOverruled } from '../src/implementations/hardened/overruled.ts';
import { createReplica } from '../src/implementations/hardened/replica.ts';

const shapeId = 's';
const changes = {
  move: { kind: 'move', shapeId, x: 10, y: 20 },
  hide: { kind: 'hide', shapeId },
  write: { kind: 'write', shapeId, text: 'newer' },
} as const satisfies Record<string, Change>;

/** What somebody did long ago without a network, and to which field. */
const stale = {
  place: { kind: 'move', shapeId, x: 70, y: 80 },
  layer: { kind: 'publish', shapeId },
} as const satisfies Record<string, Change>;

/** One's own changes of a shape, one after the other, with the field that loses to somebody offline. */
const lost = [
  { own: [changes.move], field: 'place' },
  { own: [changes.hide], field: 'layer' },
  { own: [changes.move, changes.hide], field: 'place' },
  { own: [changes.move, changes.hide], field: 'layer' },
  { own: [changes.hide, changes.move], field: 'layer' },
  { own: [changes.hide, changes.move], field: 'place' },
  { own: [changes.move, changes.write], field: 'place' },
  { own: [changes.hide, changes.write], field: 'layer' },
  { own: [changes.write, changes.move, changes.write], field: 'place' },
] as const;

const named = lost.map((each) => ({ ...each, name: each.own.map(({ kind }) => kind).join(', ') }));

test.each(named)(
  'with $name, what $field said is lost to an older change, and its author is told',
  (each) => {
    // Of two changes that do not know of each other the one of the higher number wins.
    const [ada, bruno] = [new Canvas(1), new Canvas(2)];
    const shape = { id: shapeId, x: 0, y: 0, text: 'new', layer: 'board' } as const;
    Y.applyUpdate(bruno.doc, ada.apply({ kind: 'create', shape }, { by: 'ada', atMs: 0 }));
    const older = bruno.apply(stale[each.field], { by: 'bruno', atMs: 1_000 });

    const told: Conflict[] = [];
    const overruled = createOverruled((conflict) => told.push(conflict));
    for (const [index, change] of each.own.entries()) {
      const mark = { by: 'ada', atMs: 1_001 + staleAfterMs + index };
      ada.apply(change, mark);
      overruled.wrote(change, mark);
    }
    Y.applyUpdate(ada.doc, older);
    overruled.look(ada, [shapeId]);
    expect(told).toMatchObject([{ shapeId, field: each.field, kept: { by: 'bruno' } }]);
    overruled.look(ada, [shapeId]);
    expect(told).toHaveLength(1);
  },
);

/** What Ada is told whose place of a note is taken by Bruno's, which he set so much earlier. */
function toldOf(earlierByMs: number, place: { readonly x: number; readonly y: number }) {
  const told: Conflict[] = [];
  const ada = createReplica(
    1,
    undefined,
    createOverruled((conflict) => told.push(conflict)),
  );
  const bruno = new Canvas(2);
  const shape = { id: shapeId, x: 0, y: 0, text: 'new', layer: 'board' } as const;
  const created = bruno.apply({ kind: 'create', shape }, { by: 'bruno', atMs: 0 });
  ada.receive(created);
  const theirs = bruno.apply(
    { kind: 'move', shapeId, ...place },
    { by: 'bruno', atMs: 100_000 - earlierByMs },
  );
  const own = { id: 'e', by: 'ada', atMs: 100_000, kind: 'move', shapeId, isLate: false } as const;
  ada.edit(changes.move, own);
  ada.receive(theirs);
  // Whoever has moved it meanwhile says so with the newest value.
  const again = bruno.apply({ kind: 'move', shapeId, x: 1, y: 1 }, { by: 'bruno', atMs: 90_000 });
  ada.receive(again);
  return told.map(({ lost: mine, kept }) => [mine, kept]);
}

const mine = { value: '10, 20', atMs: 100_000 };

test('whoever loses to a change that is older by more than a while is told of it once, with both', () => {
  const atMs = 100_000 - staleAfterMs - 1;
  expect(toldOf(staleAfterMs + 1, { x: 70, y: 80 })).toEqual([
    [mine, { by: 'bruno', atMs, value: '70, 80' }],
  ]);
});

test('whoever loses to what says the same is told when that loses to something older', () => {
  expect(toldOf(staleAfterMs + 1, changes.move)).toEqual([
    [mine, { by: 'bruno', atMs: 90_000, value: '1, 1' }],
  ]);
});

test('whoever loses to a newer change is not told, nor of what comes after it', () => {
  expect(toldOf(-1, { x: 70, y: 80 })).toEqual([]);
});

test('whoever loses to a change of about the same time is told of a stale one after it, if there is one', () => {
  expect(toldOf(staleAfterMs, { x: 70, y: 80 })).toEqual([
    [mine, { by: 'bruno', atMs: 90_000, value: '1, 1' }],
  ]);
});
