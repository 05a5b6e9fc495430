import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import type { Deliveries } from '../truth/deliveries.ts';
import { latencies } from './latencies.ts';

/** Where the warehouse says what has come; nobody where nothing is sold above what is there. */
export function deliveryServices(deliveries: Deliveries | undefined) {
  return deliveries === undefined ? {} : { deliveries: deliveriesService(deliveries) };
}

const deliveriesService = (deliveries: Deliveries) =>
  defineService({
    name: 'deliveries',
    baseUrl: 'https://deliveries.example',
    latency: latencies.deliveries,
    operations: {
      /** All that has come so far, booked or not. */
      list: {
        method: 'POST',
        path: '/reads',
        input: nothing,
        handle: () => ({ arrived: deliveries.arrived() }),
      },
    },
  });

const nothing = z.object({});
