import { defineService, type ServerCall, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import { placeSchema } from '../domain/replicas.ts';
import type { Shards } from '../domain/shards.ts';
import {
  endingSchema,
  movementSchema,
  receiptSchema,
  reserveWishSchema,
  rowChangesSchema,
} from '../domain/stock.ts';
import { latencies } from './latencies.ts';
import type { Truth } from '../truth.ts';
import type { Statement } from '../truth/replicas.ts';
import type { Stock } from '../truth/stock.ts';

const productId = z.string();
const place = placeSchema.optional();
const onProduct = z.object({ productId, place });
const writing = z.object({ productId, available: z.int(), movement: movementSchema });
const onReservation = z.object({ productId, reservationId: z.string(), place });
const everything = z.object({ place });

/**
 * The stock database. Each statement goes to the shard that has the product, and to the replica that it is
 * meant for. Where rows are locked, a statement that changes what is for sale of a product waits for its row.
 */
export function stockService(
  stock: Stock,
  shards: Shards,
  { moving, replicas, rowLocks }: Pick<Truth, 'moving' | 'replicas' | 'rowLocks'>,
) {
  /** A statement on a shard that is being copied takes longer. */
  const slowerMs = moving && ((_: unknown, { key }: ServerCall) => moving.slowerMs(key));
  const waitMs =
    rowLocks === undefined
      ? slowerMs
      : (on: { readonly productId: string }, call: ServerCall) =>
          rowLocks.take(on.productId) + (slowerMs?.(on, call) ?? 0);

  const perform = <Output>(shard: string | undefined, statement: Statement<Output>): Output =>
    replicas === undefined ? statement.run(stock) : replicas.perform(shard, statement);

  /** Performs a statement, if it was sent to the right shard. */
  const onShard =
    <Input extends { readonly productId: string }, Output>(
      statementOf: (input: Input) => Statement<Output>,
    ) =>
    (input: Input, { key }: ServerCall): Output => {
      if (moving !== undefined) {
        return moving.perform(key, input.productId, statementOf(input).run);
      }
      if (key === shards.of(input.productId)) return perform(key, statementOf(input));
      throw new ServiceFailure(404, `${input.productId} is not on ${key}`);
    };

  return defineService({
    name: 'stock',
    baseUrl: 'https://stock.example',
    latency: replicas === undefined ? latencies.stock : latencies.replicatedStock,
    keys: 'shards',
    operations: {
      read: {
        method: 'POST',
        path: '/reads',
        input: onProduct,
        waitMs: slowerMs,
        handle: onShard((at: z.infer<typeof onProduct>) => ({
          run: (on) => on.read(at.productId),
          place: at.place,
        })),
      },
      write: {
        method: 'POST',
        path: '/writes',
        input: writing,
        waitMs,
        handle: onShard((at: z.infer<typeof writing>) => ({
          run: (on) => on.write(at.productId, at.available, at.movement),
          changes: [at.productId],
        })),
      },
      sell: {
        method: 'POST',
        path: '/sales',
        input: onReservation,
        waitMs: slowerMs,
        handle: onShard((at: z.infer<typeof onReservation>) => ({
          run: (on) => on.sell(at.productId, at.reservationId),
          changes: [at.reservationId],
        })),
      },
      reserve: {
        method: 'POST',
        path: '/reservations',
        input: reserveWishSchema,
        waitMs,
        handle: onShard((wish: z.infer<typeof reserveWishSchema>) => ({
          run: (on) => on.reserve(wish),
          changes: [wish.reservationId],
          place: wish.place,
        })),
      },
      claim: {
        method: 'POST',
        path: '/claims',
        input: onReservation,
        waitMs: slowerMs,
        handle: onShard((at: z.infer<typeof onReservation>) => ({
          run: (on) => on.claim(at.productId, at.reservationId),
          changes: [at.reservationId],
          place: at.place,
        })),
      },
      end: {
        method: 'POST',
        path: '/ends',
        input: endingSchema,
        // What is sold was held: that is noted in the reservation alone.
        waitMs:
          waitMs &&
          ((ending: z.infer<typeof endingSchema>, call: ServerCall) =>
            ending.as === 'sold' ? (slowerMs?.(ending, call) ?? 0) : waitMs(ending, call)),
        handle: onShard((ending: z.infer<typeof endingSchema>) => ({
          run: (on) => on.end(ending),
          changes: [ending.reservationId],
          place: ending.place,
        })),
      },
      /** Several of the two before, of one product: its row is locked once. */
      change: {
        method: 'POST',
        path: '/changes',
        input: rowChangesSchema,
        waitMs,
        handle: onShard((changes: z.infer<typeof rowChangesSchema>) => ({
          run: (on) => on.change(changes),
          changes: [...changes.ends, ...changes.wishes].map(({ reservationId }) => reservationId),
          place: changes.place,
        })),
      },
      /** What was delivered of a product is put on sale. */
      receive: {
        method: 'POST',
        path: '/receipts',
        input: receiptSchema,
        waitMs,
        handle: onShard((receipt: z.infer<typeof receiptSchema>) => ({
          run: (on) => on.receive(receipt),
          changes: [receipt.deliveryId],
          place: receipt.place,
        })),
      },
      /** Levels and open reservations of all products on the shard. */
      survey: {
        method: 'POST',
        path: '/surveys',
        input: everything,
        handle: ({ place: at }: z.infer<typeof everything>, { key }: ServerCall) =>
          moving === undefined
            ? perform(key, { run: (on) => on.survey((id) => shards.of(id) === key), place: at })
            : moving.survey(key),
      },
      find: {
        method: 'POST',
        path: '/lookups',
        input: onReservation,
        waitMs: slowerMs,
        handle: onShard((at: z.infer<typeof onReservation>) => ({
          run: (on) => on.find(at.productId, at.reservationId),
          place: at.place,
        })),
      },
    },
  });
}
