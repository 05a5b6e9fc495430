import * as Y from 'yjs';
import { type Change, type Layer, layers, type Shape } from '../domain.ts';
import type { Contested, Mark } from './conflicts.ts';
import { rewrite } from './rewrite.ts';

/**
 * A canvas as a Yjs document: a map of shapes, each a map of its fields. What two people write into one
 * text at once is in it, from both. Of two values for another field of the same shape everybody gets the
 * same one; everything else merges.
 */
export class Canvas {
  readonly doc: Y.Doc;
  readonly #map: Y.Map<unknown>;
  #history: Y.UndoManager | undefined;

  /**
   * @param clientId Of this replica. The same one may never write from two replicas: whoever starts a
   *   replica anew takes a new one. Yjs itself would draw it outside of the seed.
   */
  constructor(clientId: number) {
    // Yjs gives each document a random name, which nobody here needs and which takes longer than
    // everything else about a small document.
    this.doc = new Y.Doc({ guid: 'canvas' });
    this.doc.clientID = clientId;
    this.#map = this.doc.getMap('shapes');
  }

  /**
   * Changes the document, and gives the update that does the same to other replicas.
   *
   * @param mark who does it and when, if that is to be kept beside the value
   */
  apply(change: Change, mark?: Mark): Uint8Array {
    return this.#updateOf(() => {
      this.doc.transact(() => {
        if (change.kind === 'create') {
          this.#map.set(change.shape.id, fieldsOf(change.shape, mark));
        } else if (change.kind === 'delete') this.#map.delete(change.shapeId);
        else changeFields(this.#fields(change.shapeId), change, mark);
      }, own);
    });
  }

  /** From now on changes of this replica can be undone; those of others never are. */
  keepHistory(): void {
    this.#history ??= new Y.UndoManager(this.#map, { trackedOrigins: new Set([own]) });
  }

  /** Takes back what this replica did last; gives the update, which is empty when there is nothing. */
  undo(): Uint8Array {
    return this.#updateOf(() => this.#history?.undo());
  }

  /** Does again what was undone last. */
  redo(): Uint8Array {
    return this.#updateOf(() => this.#history?.redo());
  }

  has(id: string): boolean {
    return this.#map.has(id);
  }

  shape(id: string): Shape | undefined {
    const fields = this.#fields(id);
    return fields === undefined ? undefined : shapeOf(id, fields);
  }

  /** Who wrote a field last, and when; `undefined` when nobody has kept that. */
  markOf(id: string, field: Contested): Mark | undefined {
    const fields = this.#fields(id);
    const [by, atMs] =
      fields === undefined
        ? []
        : field === 'place'
          ? placeOf(fields).slice(2)
          : layerAndMark(fields).slice(1);
    return typeof by === 'string' && typeof atMs === 'number' ? { by, atMs } : undefined;
  }

  shapes(): ReadonlyMap<string, Shape> {
    const all = new Map<string, Shape>();
    for (const [id, fields] of this.#map.entries()) {
      if (fields instanceof Y.Map) all.set(id, shapeOf(id, fields));
    }
    return all;
  }

  get size(): number {
    return this.#map.size;
  }

  /** How much the document has to remember, for what is on it and for what no longer is. */
  get entries(): number {
    let entries = 0;
    for (const structs of this.doc.store.clients.values()) entries += structs.length;
    return entries;
  }

  /** How often the document has begun anew. */
  get generation(): number {
    const number = this.#generations?.get('number');
    return typeof number === 'number' ? number : 0;
  }

  /** What a former generation had in the end, as a state vector; nothing when that is not known any more. */
  endOf(generation: number): StateVector | undefined {
    const found = this.#ends.find(([number]) => number === generation);
    return found === undefined ? undefined : Y.decodeStateVector(found[1]);
  }

  /**
   * What is on the canvas, in a document of a new generation, which remembers nothing of how that came to be.
   *
   * @param endsKept of how many generations it still knows what they had in the end
   */
  anew(endsKept: number): Canvas {
    const { generation } = this;
    const next = new Canvas(anewBy);
    next.doc.transact(() => {
      for (const [id, fields] of this.#map.entries()) {
        if (fields instanceof Y.Map) next.#map.set(id, copyOf(fields));
      }
      const generations = next.doc.getMap<unknown>(generationsName);
      generations.set('number', generation + 1);
      const end: End = [generation, Y.encodeStateVector(this.doc)];
      generations.set('ends', [...this.#ends, end].slice(-endsKept));
    }, own);
    next.doc.clientID = this.doc.clientID;
    return next;
  }

  /** Nothing in a document that has never begun anew. */
  get #generations(): Y.Map<unknown> | undefined {
    return this.doc.share.has(generationsName) ? this.doc.getMap(generationsName) : undefined;
  }

  get #ends(): readonly End[] {
    const ends: unknown = this.#generations?.get('ends');
    return Array.isArray(ends) ? ends.filter(isEnd) : [];
  }

  /** Whether there is nothing in the document beside the map of shapes. */
  get hasOnlyShapes(): boolean {
    // A map that holds a list, too, has a first item.
    const { _start: first } = this.#map;
    return this.doc.share.size === 1 && first === null;
  }

  /** Whether a shape is as `apply` would have made it, or is not there. */
  isWellFormed(id: string): boolean {
    if (!this.#map.has(id)) return true;
    const fields = this.#fields(id);
    return fields !== undefined && isWellFormed(fields);
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

  /** What of the map is no shape is nobody's business. */
  #fields(id: string): Fields | undefined {
    const fields = this.#map.get(id);
    return fields instanceof Y.Map ? fields : undefined;
  }

  #updateOf(work: () => void): Uint8Array {
    const updates: Uint8Array[] = [];
    const keep = (update: Uint8Array): unknown => updates.push(update);
    this.doc.on('update', keep);
    work();
    this.doc.off('update', keep);
    return updates.length > 1 ? Y.mergeUpdates(updates) : (updates[0] ?? emptyUpdate);
  }
}

type Fields = Y.Map<unknown>;

/** How many clocks of each replica there are. */
export type StateVector = ReadonlyMap<number, number>;

/** A generation, and its state vector when it ended. */
type End = readonly [generation: number, vector: Uint8Array];

const isEnd = (value: unknown): value is End =>
  Array.isArray(value) && typeof value[0] === 'number' && value[1] instanceof Uint8Array;

/** Who writes a document that begins anew, and nothing else. */
const anewBy = 0xff_ff_ff_ff;

/** Where a document has its generation, beside the map of shapes. */
const generationsName = 'generations';

/** The fields as they are, with their marks. */
function copyOf(fields: Fields): Fields {
  const text = fields.get('text');
  return new Y.Map<unknown>([
    ['at', fields.get('at')],
    ['text', new Y.Text(text instanceof Y.Text ? text.toJSON() : '')],
    ['layer', fields.get('layer')],
  ]);
}

/** Origin of the transactions of this replica itself. */
const own = 'own';

/** An update that changes nothing: no structs, no deletions. */
export const emptyUpdate = Uint8Array.of(0, 0);

/** Whether a document with this state vector has all that an update writes; of what it only deletes it says nothing. */
export function isIn(update: Uint8Array, vector: StateVector): boolean {
  const { structs } = Y.decodeUpdate(update);
  return (
    structs.length > 0 &&
    structs.every(({ id, length }) => id.clock + length <= (vector.get(id.client) ?? 0))
  );
}

/** Whether these bytes are an update, which a document can take. */
export function isUpdate(bytes: Uint8Array): boolean {
  try {
    Y.decodeUpdate(bytes);
    return true;
  } catch {
    return false;
  }
}

function fieldsOf({ x, y, text, layer }: Shape, mark: Mark | undefined): Fields {
  return new Y.Map<unknown>([
    ['at', placeWith(x, y, mark)],
    ['text', new Y.Text(text)],
    ['layer', layerWith(layer, mark)],
  ]);
}

const placeWith = (x: number, y: number, mark: Mark | undefined) =>
  mark === undefined ? [x, y] : [x, y, mark.by, mark.atMs];

const layerWith = (layer: Layer, mark: Mark | undefined) =>
  mark === undefined ? layer : [layer, mark.by, mark.atMs];

function shapeOf(id: string, fields: Fields): Shape {
  const [x, y] = placeOf(fields);
  const text = fields.get('text');
  return {
    id,
    x: typeof x === 'number' ? x : 0,
    y: typeof y === 'number' ? y : 0,
    text: text instanceof Y.Text ? text.toJSON() : '',
    layer: layerOf(layerAndMark(fields)[0]) ?? 'drafts',
  };
}

function placeOf(fields: Fields): readonly unknown[] {
  const at = fields.get('at');
  return Array.isArray(at) ? at : [];
}

function layerAndMark(fields: Fields): readonly unknown[] {
  const layer = fields.get('layer');
  return Array.isArray(layer) ? layer : [layer];
}

/** What cannot be read is nobody's business: `shapeOf` takes it for a draft. */
const layerOf = (value: unknown): Layer | undefined => layers.find((layer) => layer === value);

function isWellFormed(fields: Fields): boolean {
  const place = placeOf(fields);
  const text = fields.get('text');
  return (
    fields.size === 3 &&
    place.length === 2 &&
    place.every(
      (value) => typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER,
    ) &&
    text instanceof Y.Text &&
    // What is embedded counts in one and not in the other.
    text.length === text.toJSON().length &&
    layerOf(fields.get('layer')) !== undefined
  );
}

function changeFields(
  fields: Fields | undefined,
  change: Exclude<Change, { readonly kind: 'create' }>,
  mark: Mark | undefined,
): void {
  if (fields === undefined) return;
  if (change.kind === 'move') {
    fields.set('at', placeWith(change.x, change.y, mark));
  } else if (change.kind === 'write') {
    const text = fields.get('text');
    if (text instanceof Y.Text) rewrite(text, change.text);
  } else {
    fields.set('layer', layerWith(change.kind === 'publish' ? 'board' : 'drafts', mark));
  }
}
