import * as Y from 'yjs';
import {
  Canvas,
  createHardened,
  type CreateSystem,
  hardenedParts,
  type Parts,
  type Replica,
} from '#collaboration-platform';

/**
 * The replica on a device is a Yjs document: whatever order updates come in, everybody arrives at the
 * same. An edit gives an update, which the app sends, if it has a connection. In one office after the
 * other the network goes. What becomes of the strokes of those minutes?
 *
 * The app asks two things when it is connected again: `unacknowledged`, the stamps of edits that the
 * server has not confirmed, and `since(vector)`, everything that a server with this state lacks. It
 * calls `acknowledge` with the ids that the server has confirmed.
 */
const createReplica: Parts['createReplica'] = (clientId): Replica => {
  const canvas = new Canvas(clientId);

  return {
    clientId,
    canvas,
    // No document begins anew here.
    generation: 0,
    receive(update) {
      Y.applyUpdate(canvas.doc, update, 'server');
      return [];
    },
    edit: (change) =>
      change === 'undo' ? canvas.undo() : change === 'redo' ? canvas.redo() : canvas.apply(change),
    acknowledge: () => undefined,
    unacknowledged: [],
    hasUnacknowledged: false,
    get vector() {
      return Y.encodeStateVector(canvas.doc);
    },
    since: (vector) => Y.encodeStateAsUpdate(canvas.doc, vector),
    isAheadOf: () => false,
    discard: () => undefined,
  };
};

export const create: CreateSystem = (context) =>
  createHardened(context, { ...hardenedParts, createReplica });
