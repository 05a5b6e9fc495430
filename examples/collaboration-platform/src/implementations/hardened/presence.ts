import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import type * as Y from 'yjs';

/**
 * Cursors by the awareness protocol, without the timer of its reference implementation.
 *
 * That timer forgets whoever was silent for 30 s by a clock that it took when it was loaded, before
 * virtual time began. Here the server's heartbeat decides who is lost, for cursors and for everything
 * else alike.
 */
export class Presence extends Awareness {
  /** Cursors that changed since they were last sent. */
  readonly #moved = new Set<number>();

  constructor(doc: Y.Doc) {
    super(doc);
    clearInterval(this._checkInterval);
    this.setLocalState(null);
    this.on('update', ({ added, updated, removed }: CursorChanges) => {
      for (const id of [...added, ...updated, ...removed]) this.#moved.add(id);
    });
  }

  /** Takes over an update of a client. */
  receive(update: Uint8Array): void {
    applyAwarenessUpdate(this, update, 'client');
  }

  /** Moves one's own cursor, and gives the update to send. */
  moveOwn(cursor: Record<string, unknown>): Uint8Array {
    this.setLocalState(cursor);
    return encodeAwarenessUpdate(this, [this.clientID]);
  }

  forget(clientId: number): void {
    removeAwarenessStates(this, [clientId], 'gone');
  }

  get hasMoved(): boolean {
    return this.#moved.size > 0;
  }

  /** What changed since the last time, however often: one update with the newest of each. */
  takeMoved(): Uint8Array {
    const ids = [...this.#moved];
    this.#moved.clear();
    return encodeAwarenessUpdate(this, ids);
  }

  /** All cursors; nothing when there are none. */
  everything(): Uint8Array | undefined {
    return this.states.size === 0
      ? undefined
      : encodeAwarenessUpdate(this, [...this.states.keys()]);
  }
}

interface CursorChanges {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}
