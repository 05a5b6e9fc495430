import { overLink } from '../link.ts';
import type { Hold, Transport } from '../transport.ts';
import type { ExchangeContext } from './fetch-exchange.ts';
import { httpCall } from './http-call.ts';
import { createMockFetch } from './mock-fetch.ts';
import { createRoute, type Route } from './route.ts';

/** What the transport needs of the simulation. */
export interface MswTransportOptions {
  /** Runs real asynchronous work while virtual time stands still. */
  readonly hold: Hold;
}

/**
 * Reaches services by `fetch`. Replaces the global one until it is disposed of: the code under test
 * may call it, too, and gets HTTP as it is, with msw's handlers behind it.
 */
export function createMswTransport({ hold }: MswTransportOptions): Transport {
  const routes: Route[] = [];
  const context: ExchangeContext = { hold, inOrder: createOrder() };
  const replaced = globalThis.fetch;
  globalThis.fetch = createMockFetch(routes, context);
  return {
    serve(host) {
      for (const operation of host.operations.values()) routes.push(createRoute(host, operation));
    },
    call: (host, operation, input, options, link) =>
      overLink(httpCall(host, operation, input, options, hold, link?.process), link),
    dispose() {
      globalThis.fetch = replaced;
    },
  };
}

function createOrder(): ExchangeContext['inOrder'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
