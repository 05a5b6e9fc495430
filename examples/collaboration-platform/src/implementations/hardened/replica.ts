import * as Y from 'yjs';
import type { Change } from '../../domain.ts';
import { Canvas } from '../../domain/canvas.ts';
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
  #unacknowledged: Map<string, Stamp> | undefined;
  readonly #overruled: Overruled | undefined;
  /** Shapes that others have changed since the last look. */
  readonly #touched = new Set<string>();

  constructor(clientId: number, storage?: ReplicaStorage, overruled?: Overruled) {
    this.clientId = clientId;
    this.#storage = storage;
    this.#overruled = overruled;
    for (const { update, stamp } of storage?.kept ?? []) {
      this.#waiting.push(update);
      if (stamp !== undefined) this.#await(stamp);
    }
  }

  /** Takes over an update of the server. */
  receive(update: Uint8Array): void {
    if (this.#canvas === undefined) this.#waiting.push(update);
    else Y.applyUpdate(this.#canvas.doc, update, 'server');
    this.#storage?.keep({ update, stamp: undefined });
    if (this.#canvas === undefined || this.#touched.size === 0) return;
    this.#overruled?.look(this.#canvas, this.#touched);
    this.#touched.clear();
  }

  /** Changes the document; gives the update, which waits from here on to be acknowledged. */
  edit(change: Change | 'undo' | 'redo', stamp: Stamp): Uint8Array {
    const { canvas } = this;
    this.#await(stamp);
    const update = this.#apply(canvas, change, stamp);
    this.#storage?.keep({ update, stamp });
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
    return [...(this.#unacknowledged?.values() ?? [])];
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

  #await(stamp: Stamp): void {
    this.#unacknowledged ??= new Map();
    this.#unacknowledged.set(stamp.id, stamp);
  }
}

/** A replica, however it is kept. */
export type Replica = Pick<LocalReplica, keyof LocalReplica>;

export const createReplica = (
  clientId: number,
  storage: ReplicaStorage | undefined,
  overruled?: Overruled,
): Replica => new LocalReplica(clientId, storage, overruled);
