import { isDeepStrictEqual } from 'node:util';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { Canvas } from '../src/domain/canvas.ts';
import { type Change, isVisible, layers, type Shape } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { Member } from '../src/implementations/hardened/member.ts';
import type { LoggedUpdate } from '../src/implementations/hardened/ports.ts';
import { Room } from '../src/implementations/hardened/room.ts';
import { create, decide, edit, expectAgreement, type Guest, join, leave } from './people.ts';

/** Somebody who watches, and what is on the screen. */
function openViewer() {
  const screen = new Map<string, Shape>();
  const member = new Member(
    { personId: 'vera', name: undefined, roomId: 'r', clientId: undefined, vector: undefined },
    {
      bufferedBytes: 0,
      send({ message }) {
        if (message.type !== 'shapes') return;
        if (message.isWhole) screen.clear();
        for (const shape of message.shapes) screen.set(shape.id, shape);
        for (const id of message.removed) screen.delete(id);
      },
      close() {},
    },
    { receive() {}, lost() {} },
    { number: 1, nowMs: 0, maxBufferedBytes: 1_000_000 },
  );
  member.state = { kind: 'open', role: 'viewer', checkedAtMs: 0 };
  return { member, screen };
}

const afterwards: readonly Change[] = [
  create('s'),
  { kind: 'move', shapeId: 's', x: 3, y: 4 },
  ...(['publish', 'hide', 'delete'] as const).map((kind) => ({ kind, shapeId: 's' })),
];

/** All that can happen to a shape in three steps. */
const lives = layers.flatMap((layer) =>
  afterwards.flatMap((second) => afterwards.map((third) => [create('s', layer), second, third])),
);

/** How far the steps had come when something happened, as their number. */
interface Course {
  /** When the document was saved. */
  readonly inStore: number;
  /** When the room was opened, with all from the store and the log; the others are made in it. */
  readonly inLog: number;
  /** Whether the log still has what the store has, too. */
  readonly isUntrimmed: boolean;
  /** When the viewer came. */
  readonly beforeViewer: number;
  /** Whether steps that follow each other are sent out together. */
  readonly isTogether: boolean;
}

const upTo = (count: number): readonly number[] =>
  Array.from({ length: count + 1 }, (_, number) => number);

/** Every course of three steps. */
const courses = upTo(3).flatMap((inLog) =>
  upTo(inLog).flatMap((inStore) =>
    upTo(3)
      .slice(inLog)
      .flatMap((beforeViewer) =>
        [false, true].flatMap((isUntrimmed) =>
          [false, true].map((isTogether): Course => ({
            inStore,
            inLog,
            isUntrimmed,
            beforeViewer,
            isTogether,
          })),
        ),
      ),
  ),
);

/** The steps of a life as the server hears of them, and what a viewer is to see in the end. */
function write(life: readonly Change[]) {
  const writer = new Canvas(1);
  const steps = life.map((change, index): LoggedUpdate => {
    const id = `e-${index}`;
    const stamp = { id, by: 'ada', atMs: 0, kind: change.kind, shapeId: 's', isLate: false };
    const update = writer.apply(change);
    return { personId: 'ada', update, stamps: [stamp], position: index + 1 };
  });
  const shape = writer.shape('s');
  return { steps, seen: shape !== undefined && isVisible(shape, 'viewer') ? [shape] : [] };
}

/** What is on the screen of a viewer in the end. */
function screenAfter(steps: readonly LoggedUpdate[], course: Course): readonly Shape[] {
  const { inStore, inLog, isUntrimmed, beforeViewer, isTogether } = course;
  const stored = steps.slice(0, inStore).map(({ update }) => update);
  const document = inStore === 0 ? undefined : Y.mergeUpdates(stored);
  const left = steps.slice(isUntrimmed ? 0 : inStore, inLog);
  const room = new Room('r', { document, left }, 0);
  const { member, screen } = openViewer();
  for (const number of upTo(steps.length).slice(inLog)) {
    if (number === beforeViewer) {
      // As the server does it.
      room.flush();
      room.enter(member, 'viewer');
    }
    const step = steps[number];
    if (step !== undefined) room.apply(step.update, step.stamps);
    if (!isTogether) room.flush();
  }
  room.flush();
  room.destroy();
  return [...screen.values()];
}

test('what a viewer sees is what viewers may, wherever a room found it and whenever they came', () => {
  const wrong = lives.flatMap((life) => {
    const { steps, seen } = write(life);
    return courses
      .filter((course) => !isDeepStrictEqual(screenAfter(steps, course), seen))
      .map((course) => ({ kinds: life.map(({ kind }) => kind), ...course }));
  });
  expect(wrong).toEqual([]);
});

const crash: Fault = { kind: 'crash', service: 'server', fromMs: 30_000, toMs: 32_000 };
const unsaved: Fault = {
  kind: 'error',
  service: 'document-store',
  operation: 'save',
  fromMs: 15_000,
  toMs: 600_000,
};

/** Where the shapes are when somebody opens the room. What is done in the first seconds is saved by 15 s. */
const openings: readonly {
  readonly where: string;
  readonly drawnAtMs: number;
  readonly publishedAtMs: number;
  readonly faults: readonly Fault[];
}[] = [
  { where: 'in the store', drawnAtMs: 1_000, publishedAtMs: 1_500, faults: [] },
  ...[
    { where: 'in the store', drawnAtMs: 1_000, publishedAtMs: 1_500 },
    { where: 'in the log', drawnAtMs: 20_000, publishedAtMs: 20_500 },
    {
      where: 'as drafts in the store, published in the log',
      drawnAtMs: 1_000,
      publishedAtMs: 20_000,
    },
  ].map((each) => ({ ...each, where: `${each.where}, after a crash`, faults: [unsaved, crash] })),
];

const publish = (shapeId: string): Change => ({ kind: 'publish', shapeId });

const shapesOn = ({ session }: Guest): readonly string[] => [...session.shapes().keys()].toSorted();

test.each(openings)(
  'what is deleted, hidden or for editors leaves the screens of viewers, found $where',
  ({ drawnAtMs, publishedAtMs, faults }) =>
    simulateSystem(example, { implementation: 'hardened', faults }, async (phase) => {
      const until = (atMs: number): Promise<void> => phase.sleep(atMs - phase.context.elapsedMs());
      const ids = ['s-1', 's-2', 's-3'];
      const ada = await join(phase, 'ada');
      await until(drawnAtMs);
      for (const id of ids) await edit(phase, ada, create(id, 'drafts'));
      await until(publishedAtMs);
      for (const id of ids) await edit(phase, ada, publish(id));
      await until(25_000);
      await leave(phase, ada);
      // Nobody is there for so long that the room is closed.
      await until(90_000);

      const admin = await join(phase, 'bruno', { role: 'admin' });
      const viewer = await join(phase, 'chidi', { role: 'viewer' });
      const editor = await join(phase, 'dora');
      await expectAgreement(phase, [admin, viewer, editor]);
      expect(shapesOn(viewer)).toEqual(ids);
      await edit(phase, admin, { kind: 'delete', shapeId: 's-1' });
      await edit(phase, admin, { kind: 'hide', shapeId: 's-2' });
      await phase.sleep(1_000);
      expect(shapesOn(viewer)).toEqual(['s-3']);
      expect(shapesOn(editor)).toEqual(['s-2', 's-3']);
      await decide(phase, admin, editor, 'viewer');
      await phase.sleep(1_000);
      expect(shapesOn(editor)).toEqual(['s-3']);
    }),
);
