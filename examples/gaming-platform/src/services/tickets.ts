import { defineService } from '@firedrill/core/services';
import { z } from 'zod';
import { latencies } from './latencies.ts';

/** A place in line, as it is kept. */
export interface Ticket {
  readonly token: string;
  readonly playerId: string;
  /** Given in the order in which people came; nobody has it twice. */
  readonly number: number;
  readonly isAdmitted: boolean;
}

const inputs = {
  take: z.object({ token: z.string(), playerId: z.string() }),
  settle: z.object({ admitted: z.array(z.int()), gone: z.array(z.int()) }),
  all: z.object({}),
};

/** Where places in line are kept. It outlives whoever admits people. */
export function createTickets() {
  const byToken = new Map<string, Ticket>();
  const byNumber = new Map<number, Ticket>();
  let issued = 0;

  function keep(ticket: Ticket): void {
    byToken.set(ticket.token, ticket);
    byNumber.set(ticket.number, ticket);
  }

  return defineService({
    name: 'tickets',
    baseUrl: 'https://tickets.example',
    latency: latencies.storage,
    operations: {
      /** The place of this token: the same one however often it is asked for. Tells how many there were. */
      take: {
        method: 'POST',
        path: '/tickets',
        input: inputs.take,
        handle: ({ token, playerId }) => {
          const known = byToken.get(token);
          if (known !== undefined) return { number: known.number, issued };
          issued += 1;
          keep({ token, playerId, number: issued, isAdmitted: false });
          return { number: issued, issued };
        },
      },
      /** Notes who is admitted, and whose place is free. What is gone stays so, whatever comes late. */
      settle: {
        method: 'POST',
        path: '/settlements',
        input: inputs.settle,
        handle: ({ admitted, gone }) => {
          for (const number of admitted) {
            const ticket = byNumber.get(number);
            if (ticket !== undefined) keep({ ...ticket, isAdmitted: true });
          }
          for (const number of gone) {
            byToken.delete(byNumber.get(number)?.token ?? '');
            byNumber.delete(number);
          }
          return { ok: true };
        },
      },
      all: {
        method: 'POST',
        path: '/reads',
        input: inputs.all,
        handle: () => ({ tickets: [...byNumber.values()], issued }),
      },
    },
  });
}
