import { defineService, type ServerCall, ServiceFailure } from '@firedrill/core/services';
import { z } from 'zod';
import type { Shards } from '../domain/shards.ts';
import { endingSchema, movementSchema, reserveWishSchema } from '../domain/stock.ts';
import { latencies } from './latencies.ts';
import type { Stock } from '../truth/stock.ts';

const productId = z.string();
const onProduct = z.object({ productId });
const writing = z.object({ productId, available: z.int(), movement: movementSchema });
const onReservation = z.object({ productId, reservationId: z.string() });
const everything = z.object({});

/** The stock database. Each statement goes to the shard that has the product. */
export function stockService(stock: Stock, shards: Shards) {
  /** Performs a statement, if it was sent to the right shard. */
  const onShard =
    <Input extends { readonly productId: string }, Output>(perform: (input: Input) => Output) =>
    (input: Input, { key }: ServerCall): Output => {
      if (key === shards.of(input.productId)) return perform(input);
      throw new ServiceFailure(404, `${input.productId} is not on ${key}`);
    };

  return defineService({
    name: 'stock',
    baseUrl: 'https://stock.example',
    latency: latencies.stock,
    keys: 'shards',
    operations: {
      read: {
        method: 'POST',
        path: '/reads',
        input: onProduct,
        handle: onShard((at: z.infer<typeof onProduct>) => stock.read(at.productId)),
      },
      write: {
        method: 'POST',
        path: '/writes',
        input: writing,
        handle: onShard((at: z.infer<typeof writing>) =>
          stock.write(at.productId, at.available, at.movement),
        ),
      },
      sell: {
        method: 'POST',
        path: '/sales',
        input: onReservation,
        handle: onShard((at: z.infer<typeof onReservation>) =>
          stock.sell(at.productId, at.reservationId),
        ),
      },
      reserve: {
        method: 'POST',
        path: '/reservations',
        input: reserveWishSchema,
        handle: onShard((wish: z.infer<typeof reserveWishSchema>) => stock.reserve(wish)),
      },
      claim: {
        method: 'POST',
        path: '/claims',
        input: onReservation,
        handle: onShard((at: z.infer<typeof onReservation>) =>
          stock.claim(at.productId, at.reservationId),
        ),
      },
      end: {
        method: 'POST',
        path: '/ends',
        input: endingSchema,
        handle: onShard((ending: z.infer<typeof endingSchema>) => stock.end(ending)),
      },
      /** Levels and open reservations of all products on the shard. */
      survey: {
        method: 'POST',
        path: '/surveys',
        input: everything,
        handle: (_: object, { key }: ServerCall) => stock.survey((id) => shards.of(id) === key),
      },
      find: {
        method: 'POST',
        path: '/lookups',
        input: onReservation,
        handle: onShard((at: z.infer<typeof onReservation>) =>
          stock.find(at.productId, at.reservationId),
        ),
      },
    },
  });
}
