import * as Y from 'yjs';
import { type Canvas, openCanvas } from '../../canvas.ts';
import { Presence } from './presence.ts';

/**
 * The replica of one device.
 *
 * Most people in a meeting only look on for most of the time. So the document is made when somebody
 * first needs it: to edit, or to be compared. Until then the updates are kept as they came, as an app
 * keeps them on its disk while the canvas is closed.
 */
export interface Replica {
  readonly clientId: number;
  /** Takes over an update of the server. */
  receive(update: Uint8Array): void;
  /** The document, made now if need be. */
  readonly canvas: Canvas;
  /** Where one's own cursor is. */
  readonly presence: Presence;
  /** What the replica has; nothing while there is no document. */
  readonly vector: Uint8Array | undefined;
  /** Everything that a server with this state vector lacks. */
  since(vector: Uint8Array): Uint8Array;
}

interface Opened {
  readonly canvas: Canvas;
  readonly presence: Presence;
}

export function createReplica(clientId: number): Replica {
  let waiting: Uint8Array[] = [];
  let opened: Opened | undefined;

  function open(): Opened {
    if (opened !== undefined) return opened;
    const canvas = openCanvas(clientId);
    for (const update of waiting) Y.applyUpdate(canvas.doc, update, 'server');
    waiting = [];
    opened = { canvas, presence: new Presence(canvas.doc) };
    return opened;
  }

  return {
    clientId,
    receive(update) {
      if (opened === undefined) waiting.push(update);
      else Y.applyUpdate(opened.canvas.doc, update, 'server');
    },
    get canvas() {
      return open().canvas;
    },
    get presence() {
      return open().presence;
    },
    get vector() {
      return opened === undefined ? undefined : Y.encodeStateVector(opened.canvas.doc);
    },
    since: (vector) => Y.encodeStateAsUpdate(open().canvas.doc, vector),
  };
}
