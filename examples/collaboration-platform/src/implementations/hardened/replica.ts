import * as Y from 'yjs';
import type { Change } from '../../domain.ts';
import { Canvas, isIn } from '../../domain/canvas.ts';
import type { Kept, Stamp } from '../../domain/protocol.ts';
import type { Overruled } from './overruled.ts';

/** Where a device keeps a replica, so that it survives the app: a browser's database. */
export interface ReplicaStorage {
  /** Whether all of the document is kept, not only what is not confirmed yet. */
  readonly isWhole: boolean;
  /** What was kept before, in the order in which it was. */
  readonly kept: readonly Kept[];
  /** Adds an update. */
  keep(kept: Kept): void;
  /** Everything is confirmed: one update may stand for all that was kept. */
  settled(document: () => Uint8Array): void;
  /** Forgets everything. */
  clear(): void;
}

/**
 * The replica of one device, and what of it the server has not acknowledged.
 *
 * Most people in a meeting only look on for most of the time. So the document is made when somebody
 * first needs it: to edit, or to be compared. Until then the updates are kept as they came, as an app
 * keeps them on its disk while the canvas is closed.
 */
export class LocalReplica {
  readonly clientId: number;
  readonly #storage: ReplicaStorage | undefined;
  #waiting: Uint8Array[] = [];
  #canvas: Canvas | undefined;
  #unacknowledged: Map<string, Own> | undefined;
  #generation = 0;
  readonly #overruled: Overruled | undefined;
  /** Shapes that others have changed since the last look. */
  readonly #touched = new Set<string>();

  constructor(clientId: number, storage?: ReplicaStorage, overruled?: Overruled) {
    this.clientId = clientId;
    this.#storage = storage;
    this.#overruled = overruled;
    for (const { update, stamp, change, generation = 0 } of storage?.kept ?? []) {
      this.#waiting.push(update);
      this.#generation = generation;
      if (stamp !== undefined) this.#await({ stamp, change, update });
    }
  }

  /** How often the document has begun anew. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Takes over an update of the server; of another generation it is all of the document, which has begun anew.
   *
   * @returns edits of this device of which nobody can say any more whether they are in the new document
   */
  receive(update: Uint8Array, generation = this.#generation): readonly Stamp[] {
    if (generation !== this.#generation) return this.#beginAnew(update, generation);
    this.#take(update);
    return [];
  }

  #take(update: Uint8Array): void {
    if (this.#canvas === undefined) this.#waiting.push(update);
    else Y.applyUpdate(this.#canvas.doc, update, 'server');
    this.#storage?.keep({
      update,
      stamp: undefined,
      ...(this.#generation > 0 && { generation: this.#generation }),
    });
    if (this.#canvas === undefined || this.#touched.size === 0) return;
    this.#overruled?.look(this.#canvas, this.#touched);
    this.#touched.clear();
  }

  /** What this device has done, and the server has not acknowledged, is done again, unless the server had it. */
  #beginAnew(update: Uint8Array, generation: number): readonly Stamp[] {
    const unsent = [...(this.#unacknowledged?.values() ?? [])];
    const former = this.#generation;
    this.#canvas?.doc.destroy();
    this.#canvas = undefined;
    this.#waiting = [update];
    this.#generation = generation;
    this.#unacknowledged?.clear();
    this.#storage?.clear();
    this.#storage?.keep({ update, stamp: undefined, generation });
    if (unsent.length === 0 && this.#overruled === undefined) return [];
    const { canvas } = this;
    const end = canvas.endOf(former);
    const lost: Stamp[] = [];
    for (const { stamp, change, update: before } of unsent) {
      if (end === undefined || typeof change !== 'object') lost.push(stamp);
      else if (!isIn(before, end)) this.#do(change, stamp);
    }
    this.#overruled?.look(canvas, canvas.shapes().keys());
    this.#touched.clear();
    return lost;
  }

  /** Changes the document; gives the update, which waits from here on to be acknowledged. */
  edit(change: Change | 'undo' | 'redo', stamp: Stamp): Uint8Array {
    return this.#do(change, stamp);
  }

  #do(change: Change | 'undo' | 'redo', stamp: Stamp): Uint8Array {
    const update = this.#apply(this.canvas, change, stamp);
    this.#await({ stamp, change, update });
    this.#storage?.keep(
      this.#generation === 0
        ? { update, stamp, change }
        : { update, stamp, change, generation: this.#generation },
    );
    return update;
  }

  #apply(canvas: Canvas, change: Change | 'undo' | 'redo', { by, atMs }: Stamp): Uint8Array {
    if (change === 'undo') return canvas.undo();
    if (change === 'redo') return canvas.redo();
    if (this.#overruled === undefined) return canvas.apply(change);
    this.#overruled.wrote(change, { by, atMs });
    const update = canvas.apply(change, { by, atMs });
    this.#touched.clear();
    return update;
  }

  acknowledge(editIds: readonly string[]): void {
    for (const id of editIds) this.#unacknowledged?.delete(id);
    if (this.#unacknowledged?.size === 0) {
      this.#storage?.settled(() => Y.encodeStateAsUpdate(this.canvas.doc));
    }
  }

  /** Edits that the server has not acknowledged, in the order in which they were made. */
  get unacknowledged(): readonly Stamp[] {
    return [...(this.#unacknowledged?.values() ?? [])].map(({ stamp }) => stamp);
  }

  get hasUnacknowledged(): boolean {
    return this.#unacknowledged !== undefined && this.#unacknowledged.size > 0;
  }

  /** The document, made now if need be. */
  get canvas(): Canvas {
    if (this.#canvas !== undefined) return this.#canvas;
    const canvas = new Canvas(this.clientId);
    for (const update of this.#waiting) Y.applyUpdate(canvas.doc, update, 'server');
    this.#waiting = [];
    // Whoever keeps all of it has a person before it, who wants to take things back.
    if (this.#storage?.isWhole === true) canvas.keepHistory();
    if (this.#overruled !== undefined) {
      canvas.onChanged((ids) => {
        for (const id of ids) this.#touched.add(id);
      });
    }
    this.#canvas = canvas;
    return canvas;
  }

  /** What the replica has; nothing while there is no document. */
  get vector(): Uint8Array | undefined {
    return this.#canvas === undefined ? undefined : Y.encodeStateVector(this.#canvas.doc);
  }

  /** Everything that a server with this state vector lacks. */
  since(vector: Uint8Array): Uint8Array {
    return Y.encodeStateAsUpdate(this.canvas.doc, vector);
  }

  /**
   * Whether a server that acknowledges what is durable has lost some of it: a disk that came back older.
   * Only a replica that is kept as a whole can tell.
   */
  isAheadOf(vector: Uint8Array): boolean {
    if (this.#storage?.isWhole !== true) return false;
    const theirs = Y.decodeStateVector(vector);
    const ours = Y.decodeStateVector(Y.encodeStateVector(this.canvas.doc));
    return [...ours].some(([client, clock]) => clock > (theirs.get(client) ?? 0));
  }

  /** Forgets everything, where it is kept, too. */
  discard(): void {
    this.#storage?.clear();
  }

  #await(own: Own): void {
    this.#unacknowledged ??= new Map();
    this.#unacknowledged.set(own.stamp.id, own);
  }
}

/** What this device has done, and nobody has confirmed. */
interface Own {
  readonly stamp: Stamp;
  readonly change: Change | 'undo' | 'redo' | undefined;
  readonly update: Uint8Array;
}

/** A replica, however it is kept. */
export type Replica = Pick<LocalReplica, keyof LocalReplica>;

export const createReplica = (
  clientId: number,
  storage: ReplicaStorage | undefined,
  overruled?: Overruled,
): Replica => new LocalReplica(clientId, storage, overruled);
