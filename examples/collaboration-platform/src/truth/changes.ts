import { type Change, type Edit, type Shape, shapeIdOf, type Shapes } from '../domain.ts';

/**
 * What was changed on a canvas, field by field. Each field of a shape keeps what somebody did to it last:
 * of several people at once any of them, but never what nobody wrote, and never what its author has
 * overwritten since. A change of one field undoes none of another.
 */
export interface Changes {
  /** Somebody tries to change something: it may take effect from now on. */
  tried(roomId: string, edit: Edit): void;
  /** The change is on the screen of its author, who was promised that it is kept. */
  kept(edit: Edit): void;
  /** The author was told that it is not kept after all. */
  refused(editId: string): void;
  /** Whether somebody has tried to delete a shape. */
  isDeleted(roomId: string, shapeId: string): boolean;
  /** What of a canvas is not as anybody left it, in a few words. */
  differences(roomId: string, canvas: Shapes): readonly string[];
}

type Field = 'place' | 'text' | 'layer' | 'deleted';

interface Tried {
  readonly by: string;
  readonly value: string;
  isKept: boolean;
}

const fields = ['place', 'text', 'layer'] as const;

const placeOf = ({ x, y }: { readonly x: number; readonly y: number }): string => `${x}, ${y}`;

function valueOf(shape: Shape, field: (typeof fields)[number]): string {
  if (field === 'place') return placeOf(shape);
  return field === 'text' ? shape.text : shape.layer;
}

/** The one field that a change is about, with what it becomes; of what is created, all of them. */
function written(change: Change): readonly (readonly [Field, string])[] {
  switch (change.kind) {
    case 'create':
      return fields.map((field) => [field, valueOf(change.shape, field)] as const);
    case 'move':
      return [['place', placeOf(change)]];
    case 'write':
      return [['text', change.text]];
    case 'publish':
      return [['layer', 'board']];
    case 'hide':
      return [['layer', 'drafts']];
    case 'delete':
      return [['deleted', '']];
    default:
      throw new TypeError(`There is no change "${String(change satisfies never)}".`);
  }
}

export function createChanges(): Changes {
  /** By room, shape and field, in the order in which people did it. */
  const rooms = new Map<string, Map<string, Map<Field, Tried[]>>>();
  const byEdit = new Map<string, Tried[]>();

  function historyOf(roomId: string, shapeId: string, field: Field): Tried[] {
    const shapes = rooms.get(roomId) ?? new Map<string, Map<Field, Tried[]>>();
    rooms.set(roomId, shapes);
    const shape = shapes.get(shapeId) ?? new Map<Field, Tried[]>();
    shapes.set(shapeId, shape);
    const history = shape.get(field) ?? [];
    shape.set(field, history);
    return history;
  }

  return {
    tried(roomId, { id, by, change }) {
      const all = written(change).map(([field, value]) => {
        const tried = { by, value, isKept: false };
        historyOf(roomId, shapeIdOf(change), field).push(tried);
        return tried;
      });
      byEdit.set(id, all);
    },
    kept({ id }) {
      for (const tried of byEdit.get(id) ?? []) tried.isKept = true;
    },
    refused(editId) {
      for (const tried of byEdit.get(editId) ?? []) tried.isKept = false;
    },
    isDeleted: (roomId, shapeId) => rooms.get(roomId)?.get(shapeId)?.has('deleted') === true,
    differences(roomId, canvas) {
      const found: string[] = [];
      for (const [shapeId, history] of rooms.get(roomId) ?? []) {
        const shape = canvas.get(shapeId);
        if (shape === undefined) continue;
        for (const [field, tries] of history) {
          if (field === 'deleted') {
            // Whatever else was done to it: nothing brings a shape back.
            const deletion = tries.find(({ isKept }) => isKept);
            if (deletion !== undefined)
              found.push(`${shapeId} is there, and ${deletion.by} deleted it`);
            continue;
          }
          const possible = lastOfEach(tries);
          // What several people write into one text at once is in it, from all of them.
          if (field === 'text' && new Set(possible.map(({ by }) => by)).size > 1) continue;
          const value = valueOf(shape, field);
          if (possible.some((tried) => tried.value === value)) continue;
          const last = possible.at(-1);
          found.push(
            `the ${field} of ${shapeId} is "${value}", and ${last?.by} made it "${last?.value}"`,
          );
        }
      }
      return found;
    },
  };
}

/**
 * What can be the last: of each author what nothing of his own that is kept came after, and what was there
 * in the beginning only while nobody has kept a change since, as whoever changes a shape has seen it.
 */
function lastOfEach([first, ...later]: readonly Tried[]): readonly Tried[] {
  const possible = later.filter(
    (tried, index) => !later.slice(index + 1).some(({ by, isKept }) => isKept && by === tried.by),
  );
  const isOverwritten = later.some(({ isKept }) => isKept);
  return isOverwritten || first === undefined ? possible : [first, ...possible];
}
