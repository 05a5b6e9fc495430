import { type Change, shapeIdOf } from '../../domain.ts';
import type { Canvas } from '../../domain/canvas.ts';
import { type Conflict, type Contested, type Mark, staleAfterMs } from '../../domain/conflicts.ts';

/**
 * What one device wrote last, field by field, until somebody writes something newer. A CRDT gives everybody the same
 * value, and which one does not depend on the time: what somebody did long ago without a network may win over all
 * that was done since. Whoever finds their change gone for an older one is told, with both.
 */
export interface Overruled {
  /** This device has made a change. */
  wrote(change: Change, mark: Mark): void;
  /** Looks at the shapes that somebody else has changed. */
  look(canvas: Canvas, shapeIds: Iterable<string>): void;
}

/** Whether one's own change lost to one that was made well before it. */
const isStale = (kept: Mark, own: Mark): boolean => kept.atMs + staleAfterMs < own.atMs;

/** The fields that a change is about, of those of which one value wins, with what they become. */
function written(change: Change): readonly (readonly [Contested, string])[] {
  switch (change.kind) {
    case 'create':
      return [
        ['place', `${change.shape.x}, ${change.shape.y}`],
        ['layer', change.shape.layer],
      ];
    case 'move':
      return [['place', `${change.x}, ${change.y}`]];
    case 'publish':
      return [['layer', 'board']];
    case 'hide':
      return [['layer', 'drafts']];
    case 'write':
    case 'delete':
      return [];
    default:
      throw new TypeError(`There is no change ${JSON.stringify(change satisfies never)}.`);
  }
}

export function createOverruled(
  tell: (conflict: Conflict) => void,
  isOverruled: typeof isStale = isStale,
): Overruled {
  const own = new Map<string, Map<Contested, Mark & { readonly value: string }>>();

  return {
    wrote(change, mark) {
      for (const [field, value] of written(change)) {
        const fields = own.get(shapeIdOf(change)) ?? new Map();
        own.set(shapeIdOf(change), fields.set(field, { ...mark, value }));
      }
    },
    look(canvas, shapeIds) {
      for (const shapeId of shapeIds) {
        const fields = own.get(shapeId);
        const shape = fields === undefined ? undefined : canvas.shape(shapeId);
        if (fields === undefined || shape === undefined) continue;
        for (const [field, { value: lost, ...mine }] of fields) {
          const mark = canvas.markOf(shapeId, field);
          if (mark === undefined || mark.by === mine.by) continue;
          const value = field === 'place' ? `${shape.x}, ${shape.y}` : shape.layer;
          // Somebody else's of the same value may still lose to a third one, and is looked at until then.
          const isLost = isOverruled(mark, mine) && value !== lost;
          if (isLost || mark.atMs > mine.atMs) fields.delete(field);
          if (!isLost) continue;
          tell({
            shapeId,
            field,
            lost: { value: lost, atMs: mine.atMs },
            kept: { ...mark, value },
          });
        }
      }
    },
  };
}
