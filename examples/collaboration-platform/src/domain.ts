import { z } from 'zod';

/** Types, schemas and pure rules of a shared canvas. Time is in virtual milliseconds. */

/** From the least to the most: whoever may do more may do everything before it, too. */
export const roles = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Drafts are the notes of editors to themselves; viewers never see them. */
export const layers = ['board', 'drafts'] as const;
export type Layer = (typeof layers)[number];

/** One thing on a canvas. */
export const shapeSchema = z.object({
  id: z.string(),
  x: z.number(),
  y: z.number(),
  text: z.string(),
  layer: z.enum(layers),
});
export type Shape = z.infer<typeof shapeSchema>;

/** A canvas as people see it: shapes by id. */
export type Shapes = ReadonlyMap<string, Shape>;

/** Everything that can be done to a canvas. Changes of different fields of one shape do not conflict. */
export type Change =
  | { readonly kind: 'create'; readonly shape: Shape }
  | { readonly kind: 'move'; readonly shapeId: string; readonly x: number; readonly y: number }
  | { readonly kind: 'write'; readonly shapeId: string; readonly text: string }
  | { readonly kind: 'publish' | 'hide' | 'delete'; readonly shapeId: string };

export const changeKinds = ['create', 'move', 'write', 'publish', 'hide', 'delete'] as const;

export const shapeIdOf = (change: Change): string =>
  change.kind === 'create' ? change.shape.id : change.shapeId;

/** What one person did at one moment. */
export interface Edit {
  /** Unique in the run. */
  readonly id: string;
  readonly by: string;
  readonly atMs: number;
  readonly change: Change;
}

/** What an admin decides about somebody; without a role the person may not enter any more. */
export interface AccessChange {
  readonly roomId: string;
  readonly personId: string;
  readonly role: Role | undefined;
  /** The admin. */
  readonly by: string;
}

export const mayEdit = (role: Role | undefined): boolean => role === 'editor' || role === 'admin';

/** Whether one role may do less than the other. */
export const isLess = (role: Role | undefined, other: Role | undefined): boolean =>
  rank(role) < rank(other);

const rank = (role: Role | undefined): number => (role === undefined ? -1 : roles.indexOf(role));

export const isVisible = (shape: Shape, role: Role | undefined): boolean =>
  mayEdit(role) || (role === 'viewer' && shape.layer === 'board');

/** The shape after a change; a change of a shape that is not there gives none, nor does its deletion. */
export function changed(shape: Shape | undefined, change: Change): Shape | undefined {
  if (change.kind === 'create') return change.shape;
  if (shape === undefined) return undefined;
  switch (change.kind) {
    case 'move':
      return { ...shape, x: change.x, y: change.y };
    case 'write':
      return { ...shape, text: change.text };
    case 'publish':
      return { ...shape, layer: 'board' };
    case 'hide':
      return { ...shape, layer: 'drafts' };
    case 'delete':
      return undefined;
    default:
      throw new TypeError(`There is no change "${String(change satisfies never)}".`);
  }
}

export const isSameShape = (a: Shape, b: Shape): boolean =>
  a.x === b.x && a.y === b.y && a.text === b.text && a.layer === b.layer;

/** The label at somebody's cursor; guests have no name. */
export function initialsOf(name = 'Guest'): string {
  const words = name.split(' ');
  return words.map((word) => word.charAt(0)).join('');
}
