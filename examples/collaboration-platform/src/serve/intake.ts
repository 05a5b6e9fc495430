import * as Y from 'yjs';
import { Canvas } from '../domain/canvas.ts';
import { UpdateRefusedError } from '../implementations/hardened/update-refused.ts';
import type { Limits } from './limits.ts';

/** How a document, and who wrote in it, is kept in a snapshot. */
export interface IntakeState {
  readonly document: Uint8Array;
  /** Person by Yjs client: each replica writes for one person only. */
  readonly owners: ReadonlyMap<number, string>;
}

export type IntakeLimits = Pick<Limits, 'documentBytes' | 'shapes' | 'textLength'>;

/** Client of the replicas of the server, which never write. */
const serverClientId = 0;

/** Updates after which they are put together into one. */
const compactAfter = 256;

/** Farther out there is nothing to be seen. */
const farthest = 1_000_000;

const shapeIdPattern = /^[\w-]{1,64}$/;

/**
 * The replica at the door: an update is tried out here before anybody else gets it. One that makes
 * something that is no shape, speaks for the replica of another person, or hangs in the air is refused,
 * and the replica is put back to what it was.
 */
export class Intake {
  readonly #limits: IntakeLimits;
  readonly #owners: Map<number, string>;
  #base: Uint8Array | undefined;
  #since: Uint8Array[] = [];
  #bytes = 0;
  #canvas: Canvas;
  #touched = new Set<string>();
  #made: Uint8Array[] = [];

  constructor(limits: IntakeLimits, state: IntakeState | undefined) {
    this.#limits = limits;
    this.#owners = new Map(state?.owners);
    this.#base = state?.document;
    this.#bytes = this.#base?.length ?? 0;
    this.#canvas = this.#build();
  }

  get state(): IntakeState {
    return { document: this.document, owners: this.#owners };
  }

  get document(): Uint8Array {
    return Y.encodeStateAsUpdate(this.#canvas.doc);
  }

  ownerOf(clientId: number): string | undefined {
    return this.#owners.get(clientId);
  }

  /**
   * Takes over an update; gives what it changed, which is nothing when all of it was there.
   *
   * @throws UpdateRefusedError
   */
  take(update: Uint8Array, personId: string): Uint8Array | undefined {
    const writers = this.#writersOf(update, personId);
    if (this.#bytes + update.length > this.#limits.documentBytes) this.#compact();
    if (this.#bytes + update.length > this.#limits.documentBytes) {
      throw new UpdateRefusedError('the canvas is full; delete notes that nobody needs');
    }
    this.#apply(update);
    for (const clientId of writers) this.#owners.set(clientId, personId);
    if (this.#made.length === 0) return undefined;
    const made = this.#made.length === 1 ? this.#made[0] : Y.mergeUpdates(this.#made);
    if (made === undefined) return undefined;
    this.#since.push(made);
    this.#bytes += made.length;
    if (this.#since.length >= compactAfter) this.#compact();
    return made;
  }

  /** Clients that write something new in an update, each of them the person's own. */
  #writersOf(update: Uint8Array, personId: string): ReadonlySet<number> {
    const { store } = this.#canvas.doc;
    const writers = new Set<number>();
    for (const struct of structsOf(update)) {
      const { client, clock } = struct.id;
      if (clock + struct.length <= Y.getState(store, client)) continue;
      const owner = this.#owners.get(client);
      if (client === serverClientId || (owner !== undefined && owner !== personId)) {
        throw new UpdateRefusedError('some of it was written by somebody else');
      }
      writers.add(client);
    }
    return writers;
  }

  #apply(update: Uint8Array): void {
    this.#touched.clear();
    this.#made = [];
    let problem: string | undefined;
    try {
      Y.applyUpdate(this.#canvas.doc, update, 'client');
      problem = this.#problem();
    } catch {
      problem = 'it is no update of a canvas';
    }
    if (problem === undefined) return;
    this.#canvas.doc.destroy();
    this.#canvas = this.#build();
    throw new UpdateRefusedError(problem);
  }

  #problem(): string | undefined {
    const { doc, size } = this.#canvas;
    if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
      return 'it builds on something that the server does not have';
    }
    if (!this.#canvas.hasOnlyShapes) return 'it holds something else than notes';
    if (size > this.#limits.shapes) return `a canvas holds at most ${this.#limits.shapes} notes`;
    for (const id of this.#touched) {
      const problem = this.#problemOf(id);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #problemOf(id: string): string | undefined {
    if (!this.#canvas.isWellFormed(id)) return 'a note is none';
    const shape = this.#canvas.shape(id);
    if (shape === undefined) return undefined;
    if (!shapeIdPattern.test(id)) return 'the name of a note is none';
    if (Math.max(Math.abs(shape.x), Math.abs(shape.y)) > farthest) return 'a note is too far away';
    const { textLength } = this.#limits;
    if (shape.text.length > textLength) return `a note holds at most ${textLength} characters`;
    return undefined;
  }

  /** The document as it is without what was not taken over. */
  #build(): Canvas {
    const canvas = new Canvas(serverClientId);
    if (this.#base !== undefined) Y.applyUpdate(canvas.doc, this.#base, 'store');
    for (const update of this.#since) Y.applyUpdate(canvas.doc, update, 'store');
    canvas.onChanged((ids) => {
      for (const id of ids) this.#touched.add(id);
    });
    canvas.doc.on('update', (made: Uint8Array) => this.#made.push(made));
    return canvas;
  }

  #compact(): void {
    this.#base = this.document;
    this.#since = [];
    this.#bytes = this.#base.length;
  }
}

function structsOf(update: Uint8Array): ReturnType<typeof Y.decodeUpdate>['structs'] {
  try {
    return Y.decodeUpdate(update).structs;
  } catch (error) {
    throw new UpdateRefusedError('it is no update of a canvas', { cause: error });
  }
}
