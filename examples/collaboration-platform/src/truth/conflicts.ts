import type { WorldContext } from '@firedrill/core/scenario';
import type { Edit, Shapes } from '../domain.ts';
import { type Conflict, type Contested, contested, staleAfterMs } from '../domain/conflicts.ts';
import type { Canvases } from '../types.ts';
import type { Person } from '../world/people.ts';

/**
 * Fields of which one value wins, and who has lost theirs to one that is older by more than a while. Judged by what
 * somebody has on their screen now and then: the newest change of all is theirs, and what they see is an older one.
 */
export interface Conflicts {
  tried(roomId: string, edit: Edit): void;
  kept(edit: Edit): void;
  refused(editId: string): void;
  /** Somebody is shown that their change is gone. */
  told(person: Person, conflict: Conflict): void;
  /** Somebody has this before them. */
  look(person: Person, screen: Shapes): void;
  /** People who lost a change and were not told, and told of what was not so; and the others. */
  readonly silent: number;
  readonly false: number;
  readonly right: number;
}

interface Tried {
  readonly by: string;
  readonly atMs: number;
  readonly value: string;
  isKept: boolean;
  isTold: boolean;
}

interface Around {
  /** When somebody's role was last decided on: a device begins anew then. */
  readonly changedAtMs: (personId: string) => number;
  /** Whether no page can have been lost since then. */
  readonly isPageSound: (sinceMs: number) => boolean;
}

function written({ change }: Edit): readonly (readonly [Contested, string])[] {
  if (change.kind === 'create') {
    const { x, y, layer } = change.shape;
    return [
      ['place', `${x}, ${y}`],
      ['layer', layer],
    ];
  }
  if (change.kind === 'move') return [['place', `${change.x}, ${change.y}`]];
  if (change.kind === 'publish') return [['layer', 'board']];
  return change.kind === 'hide' ? [['layer', 'drafts']] : [];
}

const keyOf = (roomId: string, shapeId: string, field: Contested): string =>
  `${roomId} ${shapeId} ${field}`;

export function createConflicts(
  { violate }: Pick<WorldContext<Canvases>, 'violate'>,
  { changedAtMs, isPageSound }: Around,
): Conflicts {
  /** By room, shape and field, in the order in which people did it. */
  const fields = new Map<string, Tried[]>();
  const byEdit = new Map<string, Tried[]>();
  let silent = 0;
  let wrong = 0;
  let right = 0;

  return {
    tried(roomId, edit) {
      const { id, by, atMs, change } = edit;
      const shapeId = change.kind === 'create' ? change.shape.id : change.shapeId;
      const all = written(edit).map(([field, value]) => {
        const one: Tried = { by, atMs, value, isKept: false, isTold: false };
        const key = keyOf(roomId, shapeId, field);
        const before = fields.get(key);
        if (before === undefined) fields.set(key, [one]);
        else before.push(one);
        return one;
      });
      byEdit.set(id, all);
    },
    kept({ id }) {
      for (const one of byEdit.get(id) ?? []) one.isKept = true;
    },
    refused(editId) {
      for (const one of byEdit.get(editId) ?? []) one.isKept = false;
    },
    told({ id, roomId }, { shapeId, field, lost, kept }) {
      const all = fields.get(keyOf(roomId, shapeId, field)) ?? [];
      const mine = all.find(
        ({ by, atMs, value }) => by === id && atMs === lost.atMs && value === lost.value,
      );
      const theirs = all.find(
        ({ by, atMs, value }) => by === kept.by && atMs === kept.atMs && value === kept.value,
      );
      const isSo =
        mine !== undefined &&
        theirs !== undefined &&
        theirs.by !== id &&
        theirs.value !== mine.value &&
        theirs.atMs + staleAfterMs < mine.atMs &&
        !mine.isTold;
      if (isSo) {
        mine.isTold = true;
        right += 1;
        return;
      }
      wrong += 1;
      violate(
        'stale-edits-told',
        `${id} is told that the ${field} of ${shapeId} is gone for "${kept.value}" of ${kept.by}, which is not so`,
      );
    },
    look({ id, roomId }, screen) {
      for (const shape of screen.values()) {
        for (const field of contested) {
          const all = fields.get(keyOf(roomId, shape.id, field)) ?? [];
          const newest = all.at(-1);
          if (newest?.by !== id || !newest.isKept || newest.isTold) continue;
          const value = field === 'place' ? `${shape.x}, ${shape.y}` : shape.layer;
          const seen = all.findLast((each) => each.value === value);
          if (seen === undefined || seen.by === id) continue;
          const isLongBefore = seen.atMs + staleAfterMs < newest.atMs;
          if (!isLongBefore || changedAtMs(id) > newest.atMs || !isPageSound(newest.atMs)) continue;
          silent += 1;
          newest.isTold = true;
          violate(
            'stale-edits-told',
            `${id} made the ${field} of ${shape.id} "${newest.value}", sees "${value}", which is older, and is told nothing`,
          );
        }
      }
    },
    get silent() {
      return silent;
    },
    get false() {
      return wrong;
    },
    get right() {
      return right;
    },
  };
}
