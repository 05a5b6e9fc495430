import { z } from 'zod';
import { defineService, type Latency, ServiceFailure, type ServiceLimits } from '../index.ts';

export interface GatewayOptions {
  readonly latency?: Latency;
  readonly limits?: ServiceLimits;
  readonly keys?: string;
}

/** A small service with what it did: the object of the contract tests. */
export function createCardGateway(options: GatewayOptions = {}) {
  const { latency = { fixedMs: 100 }, limits, keys } = options;
  const performed: { readonly id: string; readonly atMs: number; readonly key?: string }[] = [];
  const service = defineService({
    name: 'gateway',
    baseUrl: 'https://gateway.example/v1',
    latency,
    ...(limits && { limits }),
    ...(keys !== undefined && { keys }),
    operations: {
      authorize: {
        method: 'POST',
        path: '/authorizations',
        input: z.object({ id: z.string(), cents: z.int().positive().default(100) }),
        handle({ id, cents }, { nowMs, key }) {
          performed.push({ id, atMs: nowMs, ...(key !== undefined && { key }) });
          if (cents > 1_000) throw new ServiceFailure(402, 'card declined', { limit: 1_000 });
          return { id, cents, number: performed.length };
        },
      },
      lookup: {
        method: 'GET',
        path: '/authorizations/:id',
        handle: ({ id }) => ({ found: performed.some((entry) => entry.id === id) }),
      },
      search: {
        method: 'GET',
        path: '/authorizations',
        input: z.object({
          atLeast: z.coerce.number<number | string>(),
          text: z.string().optional(),
        }),
        handle: (input) => ({ ...input, double: input.atLeast * 2 }),
      },
      capture: {
        method: 'POST',
        path: '/authorizations/:id/captures',
        input: z.object({ id: z.string(), cents: z.number() }),
        handle: (input) => input,
      },
      erase: { method: 'DELETE', path: '/authorizations', handle: () => undefined },
      crash: {
        method: 'GET',
        path: '/crash',
        latency: { fixedMs: 5 },
        handle(): string {
          throw new EvalError('a defect of the mock');
        },
      },
    },
  });
  return { service, performed };
}
