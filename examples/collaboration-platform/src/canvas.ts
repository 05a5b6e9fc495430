import * as Y from 'yjs';
import { type Change, type Layer, layers, type Shape } from './domain.ts';

/**
 * A canvas as a Yjs document: a map of shapes, each a map of its fields. Two people who change the
 * same field of the same shape at once get the same one of both values everywhere; everything else
 * merges.
 */
export interface Canvas {
  readonly doc: Y.Doc;
  /** Changes the document; `origin` is what its listeners are told. */
  apply(change: Change, origin?: unknown): void;
  shape(id: string): Shape | undefined;
  shapes(): ReadonlyMap<string, Shape>;
  /** Tells which shapes each transaction touched. */
  onChanged(listener: (shapeIds: ReadonlySet<string>) => void): void;
}

type Fields = Y.Map<unknown>;

/**
 * Opens an empty canvas. The same `clientId` may never write from two replicas: whoever starts a
 * replica anew takes a new one. It is a parameter because Yjs would draw it outside of the seed.
 */
export function openCanvas(clientId: number): Canvas {
  // Yjs gives each document a random name of its own, which nobody here needs and which takes longer
  // than everything else about a small document.
  const doc = new Y.Doc({ guid: 'canvas' });
  doc.clientID = clientId;
  const map = doc.getMap<Fields>('shapes');

  const shape = (id: string): Shape | undefined => {
    const fields = map.get(id);
    return fields === undefined ? undefined : shapeOf(id, fields);
  };

  return {
    doc,
    shape,

    apply(change, origin) {
      doc.transact(() => {
        if (change.kind === 'create') map.set(change.shape.id, fieldsOf(change.shape));
        else changeFields(map.get(change.shapeId), change);
      }, origin);
    },

    shapes() {
      const all = new Map<string, Shape>();
      for (const [id, fields] of map.entries()) all.set(id, shapeOf(id, fields));
      return all;
    },

    onChanged(listener) {
      map.observeDeep((events) => {
        const ids = new Set<string>();
        for (const event of events) {
          const [id] = event.path;
          if (typeof id === 'string') ids.add(id);
          else for (const key of event.changes.keys.keys()) ids.add(key);
        }
        listener(ids);
      });
    },
  };
}

function fieldsOf({ x, y, text, layer }: Shape): Fields {
  return new Y.Map<unknown>([
    ['at', [x, y]],
    ['text', text],
    ['layer', layer],
  ]);
}

function shapeOf(id: string, fields: Fields): Shape {
  const at = fields.get('at');
  const [x, y]: readonly unknown[] = Array.isArray(at) ? at : [];
  const text = fields.get('text');
  return {
    id,
    x: typeof x === 'number' ? x : 0,
    y: typeof y === 'number' ? y : 0,
    text: typeof text === 'string' ? text : '',
    layer: layerOf(fields.get('layer')),
  };
}

/** What cannot be read is nobody's business: a draft. */
const layerOf = (value: unknown): Layer => layers.find((layer) => layer === value) ?? 'drafts';

function changeFields(
  fields: Fields | undefined,
  change: Exclude<Change, { readonly kind: 'create' }>,
): void {
  if (fields === undefined) return;
  if (change.kind === 'move') fields.set('at', [change.x, change.y]);
  else if (change.kind === 'write') fields.set('text', change.text);
  else fields.set('layer', change.kind === 'publish' ? 'board' : 'drafts');
}
