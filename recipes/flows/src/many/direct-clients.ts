import { ServiceError, ServiceFailure } from '@firedrill/core/services';

/** What is needed here of a declared mock service. */
interface Declared {
  readonly operations: Readonly<
    Record<string, { readonly handle: (input: never, call: { nowMs: number }) => unknown }>
  >;
}

const isService = (each: unknown): each is Declared =>
  typeof each === 'object' && each !== null && 'operations' in each;

/**
 * Clients of mock services that answer at once: without latency, limits and faults, so that what is
 * measured is the flow.
 *
 * @param declared what is outside, as the example declares it
 */
export function directClients(declared: object, now: () => number): Record<string, object> {
  return Object.fromEntries(
    Object.entries(declared).flatMap(([name, service]: [string, unknown]) =>
      isService(service) ? [[name, clientOf(name, service, now)]] : [],
    ),
  );
}

const clientOf = (name: string, { operations }: Declared, now: () => number): object =>
  Object.fromEntries(
    Object.entries(operations).map(([operation, { handle }]) => [
      operation,
      async (input: never, { key }: { readonly key?: string } = {}) => {
        try {
          return handle(input, { nowMs: now(), ...(key !== undefined && { key }) });
        } catch (error) {
          if (!(error instanceof ServiceFailure)) throw error;
          throw new ServiceError(name, operation, error.status, error.message, error.body);
        }
      },
    ]),
  );
