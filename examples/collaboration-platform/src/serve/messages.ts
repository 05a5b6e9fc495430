import * as Y from 'yjs';
import { z } from 'zod';
import { roles } from '../domain.ts';
import { stampSchema } from '../domain/protocol.ts';
import { cursorUpdate, readCursor } from '../implementations/hardened/cursors.ts';

/** What a window sends, checked: nothing that comes from outside is believed. */

const bytes = (atMost: number) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length <= atMost,
    `must be at most ${atMost} bytes`,
  );
const name = z.string().regex(/^[\w-]{1,64}$/);
const display = z.string().max(40);
const token = z.string().max(128);

/** Yjs writes them as unsigned integers of 32 bits; 0 is the server's. */
const clientId = z
  .int()
  .min(1)
  .max(2 ** 32 - 1);

const vector = bytes(32_768).refine(isStateVector, 'must be a state vector');

function isStateVector(value: Uint8Array): boolean {
  try {
    Y.decodeStateVector(value);
    return true;
  } catch {
    return false;
  }
}

/** Who somebody says they are. */
const identity = { personId: name, proof: token };

/** The first message of a connection. */
export const helloSchema = z.object({
  type: z.literal('hello'),
  ...identity,
  name: display.optional(),
  roomId: name,
  wish: z.enum(['viewer', 'editor']),
  invitation: token.optional(),
  clientId: clientId.optional(),
  vector: vector.optional(),
});

const stamp = stampSchema.extend({ id: z.string().max(128), shapeId: z.string().max(64) });

/** Every other one. */
export const windowMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('update'),
    update: bytes(1_048_576),
    stamps: z.array(stamp).max(2_000),
  }),
  z.object({ type: z.literal('cursor'), update: bytes(1_024) }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('bye') }),
  z.object({
    type: z.literal('decide'),
    personId: name,
    role: z.enum(roles).optional(),
  }),
]);
export type WindowMessage = z.infer<typeof windowMessageSchema>;

/** What an admin sends to get an invitation. */
export const invitationRequestSchema = z.object({
  ...identity,
  roomId: name,
  role: z.enum(['viewer', 'editor']),
});

const coordinate = z.number().min(-1_000_000).max(1_000_000);
const cursorSchema = z.object({ name: display.optional(), x: coordinate, y: coordinate });

/**
 * The cursor of a window as others may be told of it: whose it is says the server.
 *
 * @throws Error when it is no cursor of this client
 */
export function ownCursor(
  update: Uint8Array,
  of: { readonly personId: string; readonly clientId: number },
): Uint8Array {
  const { clock, state } = readCursor(of.clientId, update);
  const { name: label, x, y } = cursorSchema.parse(state);
  return cursorUpdate(of.clientId, clock, { id: of.personId, name: label, x, y });
}
