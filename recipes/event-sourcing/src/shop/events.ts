import { defineEvents, type EventOf, type RecordedEvent } from '@firedrill/core/event-store';
import { z } from 'zod';

/** What can happen in the shop. Users and orders have a stream each. */
export const shopEvents = defineEvents({
  'user.registered': { schema: z.object({ name: z.string(), email: z.string() }) },
  'order.placed': {
    schema: z.object({
      customer: z.string(),
      product: z.string(),
      cents: z.int().positive(),
    }),
  },
  'order.paid': { schema: z.object({ cents: z.int().positive() }) },
  'order.shipped': { schema: z.object({ carrier: z.string() }) },
  'order.cancelled': { schema: z.object({ reason: z.string() }) },
});

export type ShopEvent = EventOf<typeof shopEvents>;
export type RecordedShopEvent = RecordedEvent<ShopEvent>;
