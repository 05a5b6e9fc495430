import { z } from 'zod';
import { roles } from '../domain.ts';
import { stampSchema } from '../protocol.ts';

/** What a window sends, checked: nothing that comes from outside is believed. */

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be bytes');
const name = z.string().regex(/^[\w-]{1,64}$/);

/** The first message of a connection. */
export const helloSchema = z.object({
  type: z.literal('hello'),
  personId: name,
  proof: z.string().max(128),
  name: z.string().max(40).optional(),
  roomId: name,
  wish: z.enum(['viewer', 'editor']),
  clientId: z.int().positive().optional(),
  vector: bytes.optional(),
});

/** Every other one. */
export const windowMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('update'),
    update: bytes,
    stamps: z.array(stampSchema).max(10_000),
  }),
  z.object({ type: z.literal('cursor'), update: bytes }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('bye') }),
  z.object({
    type: z.literal('decide'),
    personId: name,
    role: z.enum(roles).optional(),
  }),
]);
export type WindowMessage = z.infer<typeof windowMessageSchema>;
