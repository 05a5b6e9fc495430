import * as Y from 'yjs';
import { Canvas } from '../../canvas.ts';

/**
 * The replica of one device.
 *
 * Most people in a meeting only look on for most of the time. So the document is made when somebody
 * first needs it: to edit, or to be compared. Until then the updates are kept as they came, as an app
 * keeps them on its disk while the canvas is closed.
 */
export class Replica {
  readonly clientId: number;
  #waiting: Uint8Array[] = [];
  #canvas: Canvas | undefined;

  constructor(clientId: number) {
    this.clientId = clientId;
  }

  /** Takes over an update of the server. */
  receive(update: Uint8Array): void {
    if (this.#canvas === undefined) this.#waiting.push(update);
    else Y.applyUpdate(this.#canvas.doc, update, 'server');
  }

  /** The document, made now if need be. */
  get canvas(): Canvas {
    if (this.#canvas !== undefined) return this.#canvas;
    const canvas = new Canvas(this.clientId);
    for (const update of this.#waiting) Y.applyUpdate(canvas.doc, update, 'server');
    this.#waiting = [];
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
}
