import * as Y from 'yjs';
import {
  Canvas,
  createHardened,
  type CreateSystem,
  hardenedParts,
  type Parts,
  type Replica,
  type Stamp,
} from '#collaboration-platform';

/**
 * What was sent is not what has arrived: an edit is remembered until the server has confirmed it. After
 * a lost connection the app sends again what is left, and a document takes the same update twice.
 */
const createReplica: Parts['createReplica'] = (clientId): Replica => {
  const canvas = new Canvas(clientId);
  const unconfirmed = new Map<string, Stamp>();

  return {
    clientId,
    canvas,
    // No document begins anew here.
    generation: 0,
    receive(update) {
      Y.applyUpdate(canvas.doc, update, 'server');
      return [];
    },
    edit(change, stamp) {
      unconfirmed.set(stamp.id, stamp);
      if (change === 'undo') return canvas.undo();
      return change === 'redo' ? canvas.redo() : canvas.apply(change);
    },
    acknowledge(editIds) {
      for (const id of editIds) unconfirmed.delete(id);
    },
    get unacknowledged() {
      return [...unconfirmed.values()];
    },
    get hasUnacknowledged() {
      return unconfirmed.size > 0;
    },
    get vector() {
      return Y.encodeStateVector(canvas.doc);
    },
    since: (vector) => Y.encodeStateAsUpdate(canvas.doc, vector),
    isAheadOf: () => false,
    discard: () => unconfirmed.clear(),
  };
};

export const create: CreateSystem = (context) =>
  createHardened(context, { ...hardenedParts, createReplica });
