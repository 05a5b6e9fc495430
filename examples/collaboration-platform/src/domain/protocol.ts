import { z } from 'zod';
import {
  type Change,
  changeKinds,
  type Edit,
  type Role,
  type Shape,
  shapeIdOf,
} from '../domain.ts';

/** What travels between a device and the server, in the simulation as over a real WebSocket. */

/** Who made an edit and when: what latency is measured from, and what history keeps. */
export const stampSchema = z.object({
  id: z.string(),
  by: z.string(),
  atMs: z.number(),
  kind: z.enum([...changeKinds, 'undo', 'redo']),
  shapeId: z.string().describe('empty when it is none in particular'),
  isLate: z
    .boolean()
    .describe('made without a connection, or sent again after one was lost: no word on latency'),
});
export type Stamp = Readonly<z.infer<typeof stampSchema>>;

export const stampOf = ({ id, by, atMs, change }: Edit): Stamp => ({
  id,
  by,
  atMs,
  kind: change.kind,
  shapeId: shapeIdOf(change),
  isLate: false,
});

/** What a device keeps of a canvas: an update, and its stamp when it is the device's own and not confirmed yet. */
export interface Kept {
  readonly update: Uint8Array;
  readonly stamp: Stamp | undefined;
  /** What the update does, when it is the device's own: done again when the document begins anew. */
  readonly change?: Change | 'undo' | 'redo' | undefined;
  /** Of the document. Default: 0. */
  readonly generation?: number | undefined;
}

export interface AuditEntry {
  readonly atMs: number;
  readonly by: string;
  readonly text: string;
}

export type ServerMessage =
  /** The whole canvas, to those who may edit: a Yjs update, and what the server has already. */
  | {
      readonly type: 'state';
      readonly role: Role;
      readonly update: Uint8Array;
      readonly vector: Uint8Array;
      readonly stamps: readonly Stamp[];
      /** How often the document has begun anew: a replica of another generation does so, too. Default: 0. */
      readonly generation?: number;
    }
  /** What changed, to those who may edit: a Yjs update. */
  | { readonly type: 'update'; readonly update: Uint8Array; readonly stamps: readonly Stamp[] }
  /** What changed, or with `isWhole` everything, as plain shapes. */
  | {
      readonly type: 'shapes';
      readonly isWhole: boolean;
      readonly shapes: readonly Shape[];
      readonly removed: readonly string[];
      readonly stamps: readonly Stamp[];
    }
  /** Cursors as an update of the awareness protocol. */
  | { readonly type: 'cursors'; readonly update: Uint8Array }
  /** Who came and who went. */
  | {
      readonly type: 'people';
      readonly joined: readonly string[];
      readonly left: readonly string[];
    }
  /** What happened, to admins. */
  | { readonly type: 'audit'; readonly entries: readonly AuditEntry[] }
  /** The server has these edits of the receiver. */
  | { readonly type: 'ack'; readonly edits: readonly string[] }
  /** The server will not keep these edits of the receiver, whose replica is to begin anew. */
  | { readonly type: 'refused'; readonly edits: readonly string[]; readonly reason: string }
  /** What the receiver may do from now on. */
  | { readonly type: 'access'; readonly role: Role | undefined }
  | { readonly type: 'pong' };

export type ClientMessage =
  /** A Yjs update of the sender, and what it consists of. */
  | {
      readonly type: 'update';
      readonly update: Uint8Array;
      readonly stamps: readonly Stamp[];
      /** Of the replica; what is of another one than the document is left, and comes again. Default: 0. */
      readonly generation?: number;
    }
  /** The sender's cursor as an update of the awareness protocol. */
  | { readonly type: 'cursor'; readonly update: Uint8Array }
  | { readonly type: 'ping' }
  | { readonly type: 'bye' };

/** A message for any number of receivers, with its length. */
export interface Frame {
  readonly message: ServerMessage;
  /** Bytes on the wire, headers included. */
  readonly bytes: number;
}

/** TCP, IP, TLS and WebSocket headers of one message. */
const headerBytes = 70;

export const frame = (message: ServerMessage): Frame => ({ message, bytes: sizeOf(message) });

/** Length of a message on the wire: exact for binary parts, within a few bytes for the others. */
export function sizeOf(message: ServerMessage | ClientMessage): number {
  switch (message.type) {
    case 'state':
      return headerBytes + message.update.length + message.vector.length + stampBytes(message);
    case 'update':
      return headerBytes + message.update.length + stampBytes(message);
    case 'shapes': {
      const { shapes, removed } = message;
      const each = shapes.reduce((sum, { id, text }) => sum + 60 + id.length + text.length, 0);
      return headerBytes + 40 + each + 20 * removed.length + stampBytes(message);
    }
    case 'cursors':
    case 'cursor':
      return headerBytes + message.update.length;
    case 'people':
      return headerBytes + 30 + 16 * (message.joined.length + message.left.length);
    case 'audit':
      return headerBytes + message.entries.reduce((sum, { text }) => sum + 50 + text.length, 0);
    case 'ack':
    case 'refused':
      return headerBytes + 10 + 12 * message.edits.length;
    case 'access':
      return headerBytes + 30;
    case 'ping':
    case 'pong':
    case 'bye':
      return headerBytes + 1;
    default:
      throw new TypeError(`There is no message ${JSON.stringify(message satisfies never)}.`);
  }
}

const stampBytes = ({ stamps }: { readonly stamps: readonly Stamp[] }): number =>
  60 * stamps.length;
