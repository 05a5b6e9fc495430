import type { WorldContext } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import { answered } from './answered.ts';
import type { Member } from './crowd.ts';
import type { Change } from '../domain.ts';
import type { Meeting } from './meeting.ts';
import type { Pointers } from './pointers.ts';
import { measures } from '../measurements.ts';
import type { Canvases } from '../types.ts';
import type { Deeds } from '../truth.ts';

interface DrawingOptions {
  readonly context: WorldContext<Canvases>;
  readonly deeds: Deeds;
  readonly whims: Random;
  readonly meeting: Meeting;
  readonly pointers: Pointers;
  /** Notes that an edit is under way; call what it returns when it is over. */
  readonly editStarted: () => () => void;
}

/** How long a pointer is on its way to the next edit. */
export const pointerMs = 500;

/** A canvas of this many shapes is full enough: most edits change what is there. */
const fullAt = 12;
const createShare = { empty: 0.5, full: 0.08 } as const;
export const draftShare = 0.25;

/** Of the changes of what is there. */
const deletedShare = 0.01;

/** Where conflicts are looked for, so many of the changes are of the title, which is what was drawn first. */
const titleShare = 0.5;

/** What people draw: a pointer moves to a place, and then something changes there. */
export function createDrawing(options: DrawingOptions): (member: Member) => Promise<void> {
  const { context, deeds, whims, meeting, pointers, editStarted } = options;
  const { meter, elapsedMs, settings } = context;
  const deletions = context.random('deletions');
  const titles = settings.conflicts ? context.random('titles') : undefined;
  /** Shapes that were drawn in each room, by their authors' account. */
  const drawn = new Map<string, string[]>();
  let edits = 0;

  return async function draw({ device, session }) {
    const { person, screen } = device;
    const [x, y] = [whims.integer(0, 2_000), whims.integer(0, 1_000)];
    const stop = pointers.start(person.id, session, x, y);
    await meeting.nap(pointerMs);
    stop();
    if (meeting.isOver || !session.isLoaded || session.role === undefined) return;

    const atMs = elapsedMs();
    edits += 1;
    const id = `e-${edits}`;
    const shapeIds = drawn.get(person.roomId) ?? [];
    const has = (shapeId: string): boolean => answered(() => session.has(shapeId), false);
    const drawnChange = chooseChange(whims, has, shapeIds, { id, x, y });
    const [title] = titles?.chance(titleShare) === true ? shapeIds : [];
    const change = deletions.chance(deletedShare)
      ? deletionOf(drawnChange)
      : title !== undefined && has(title)
        ? changeOf(title, drawnChange)
        : drawnChange;
    const edit = { id, by: person.id, atMs, change };
    const finished = editStarted();
    meter.count(measures.edits);
    deeds.began(person, edit);
    try {
      await session.edit(edit);
      deeds.shown(person, edit);
      if (change.kind === 'create') drawn.set(person.roomId, [...shapeIds, id]);
    } catch {
      meter.count(measures.failedEdits);
    } finally {
      finished();
      const nowMs = elapsedMs();
      meter.record(measures.own, nowMs - atMs + screen.drawOwn(nowMs));
    }
  };
}

/** Instead of changing what is there somebody takes it away. */
const deletionOf = (change: Change): Change =>
  change.kind === 'create' ? change : { kind: 'delete', shapeId: change.shapeId };

/** The same change of another shape. */
const changeOf = (shapeId: string, change: Change): Change =>
  change.kind === 'create' ? change : { ...change, shapeId };

function chooseChange(
  whims: Random,
  has: (shapeId: string) => boolean,
  shapeIds: readonly string[],
  { id, x, y }: { readonly id: string; readonly x: number; readonly y: number },
): Change {
  const creates = whims.chance(shapeIds.length < fullAt ? createShare.empty : createShare.full);
  const shapeId = shapeIds[Math.floor(whims.next() * shapeIds.length)];
  const kind = whims.next();
  const layer = whims.chance(draftShare) ? 'drafts' : 'board';
  // What a colleague has just drawn may not have arrived yet.
  if (creates || shapeId === undefined || !has(shapeId)) {
    return { kind: 'create', shape: { id, x, y, text: 'new', layer } };
  }
  if (kind < 0.6) return { kind: 'move', shapeId, x, y };
  if (kind < 0.9) return { kind: 'write', shapeId, text: `by ${id}` };
  return { kind: kind < 0.95 ? 'publish' : 'hide', shapeId };
}
