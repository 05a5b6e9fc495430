import { faultsSince, type WorldContext } from '@firedrill/core/scenario';
import * as Y from 'yjs';
import type { Canvases } from '../types.ts';

/**
 * How much is kept of each canvas, beside what is on it: counted in what is stored, whatever the system says of it. A
 * canvas of which more is kept than it may be is overgrown when that has not ended after a while.
 */
export interface Growth {
  /** A document was saved, as Base64, while so many updates of it were in the log. */
  saved(roomId: string, document: string, logged: number): void;
  /** Canvases of which more was kept for too long, and the most entries that were kept of one. */
  readonly overgrown: number;
  readonly most: number;
  /** Documents that were saved. */
  readonly judged: number;
}

/** A shape, its place, its text, what is in the text, its layer. */
const entriesOfShape = 5;

/** Changes come together, and the log has some of those that the document has: so it may be several times as many. */
const times = 3;

/** A document is saved within 10 s, the history has an edit within 1 s, and each takes its time. */
const withinMs = 30_000;

/** What a failure has held up is over by then. */
const recoversMs = 60_000;

const holdUp = new Set<string>(['document-store', 'edit-log', 'history', 'server']);

export function createGrowth(context: WorldContext<Canvases>, compactAfter: number): Growth {
  const { elapsedMs, violate } = context;
  const aboveSinceMs = new Map<string, number>();
  const overgrown = new Set<string>();
  let most = 0;
  let judged = 0;

  return {
    saved(roomId, document, logged) {
      const update = Uint8Array.from(atob(document), (letter) => letter.charCodeAt(0));
      const doc = new Y.Doc({ guid: 'judged' });
      Y.applyUpdate(doc, update);
      const shapes = doc.getMap('shapes').size;
      doc.destroy();
      const entries = Y.decodeUpdate(update).structs.length + logged;
      judged += 1;
      most = Math.max(most, entries);
      const nowMs = elapsedMs();
      const atMost = entriesOfShape * shapes + times * compactAfter;
      if (entries <= atMost) {
        aboveSinceMs.delete(roomId);
        return;
      }
      const sinceMs = aboveSinceMs.get(roomId) ?? nowMs;
      aboveSinceMs.set(roomId, sinceMs);
      const isHeldUp = faultsSince(context, sinceMs - recoversMs).some(({ service }) =>
        holdUp.has(service),
      );
      if (nowMs < sinceMs + withinMs || isHeldUp || overgrown.has(roomId)) return;
      overgrown.add(roomId);
      violate(
        'documents-bounded',
        `of ${roomId} ${entries} entries are kept for ${shapes} shapes, and ${atMost} are enough`,
      );
    },
    get overgrown() {
      return overgrown.size;
    },
    get most() {
      return most;
    },
    get judged() {
      return judged;
    },
  };
}
