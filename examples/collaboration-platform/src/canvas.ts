import * as Y from 'yjs';
import { type Change, type Layer, layers, type Shape } from './domain.ts';

/**
 * A canvas as a Yjs document: a map of shapes, each a map of its fields. Two people who change the
 * same field of the same shape at once get the same one of both values everywhere; everything else
 * merges.
 */
export class Canvas {
  readonly doc: Y.Doc;
  readonly #map: Y.Map<Fields>;

  /**
   * @param clientId Of this replica. The same one may never write from two replicas: whoever starts a
   *   replica anew takes a new one. Yjs itself would draw it outside of the seed.
   */
  constructor(clientId: number) {
    // Yjs gives each document a random name, which nobody here needs and which takes longer than
    // everything else about a small document.
    this.doc = new Y.Doc({ guid: 'canvas' });
    this.doc.clientID = clientId;
    this.#map = this.doc.getMap<Fields>('shapes');
  }

  /** Changes the document, and gives the update that does the same to other replicas. */
  apply(change: Change): Uint8Array {
    const updates: Uint8Array[] = [];
    const keep = (update: Uint8Array): unknown => updates.push(update);
    this.doc.on('update', keep);
    this.doc.transact(() => {
      if (change.kind === 'create') this.#map.set(change.shape.id, fieldsOf(change.shape));
      else changeFields(this.#map.get(change.shapeId), change);
    });
    this.doc.off('update', keep);
    return updates[0] ?? emptyUpdate;
  }

  has(id: string): boolean {
    return this.#map.has(id);
  }

  shape(id: string): Shape | undefined {
    const fields = this.#map.get(id);
    return fields === undefined ? undefined : shapeOf(id, fields);
  }

  shapes(): ReadonlyMap<string, Shape> {
    const all = new Map<string, Shape>();
    for (const [id, fields] of this.#map.entries()) all.set(id, shapeOf(id, fields));
    return all;
  }

  /** Tells which shapes each transaction touched. */
  onChanged(listener: (shapeIds: ReadonlySet<string>) => void): void {
    this.#map.observeDeep((events) => {
      const ids = new Set<string>();
      for (const event of events) {
        const [id] = event.path;
        if (typeof id === 'string') ids.add(id);
        else for (const key of event.changes.keys.keys()) ids.add(key);
      }
      listener(ids);
    });
  }
}

type Fields = Y.Map<unknown>;

/** An update that changes nothing: no structs, no deletions. */
const emptyUpdate = Uint8Array.of(0, 0);

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
