import { UnmockedUrlError } from '../errors.ts';
import { type ExchangeContext, FetchExchange } from './fetch-exchange.ts';
import { matches, type Route } from './route.ts';

/**
 * Makes a `fetch` that reaches the routes and nothing else. It rejects with UnmockedUrlError for any
 * other address, with the reason of an aborted signal, and, as a real one does, with a TypeError
 * when the connection breaks; its `cause` is the ConnectionResetError.
 */
export function createMockFetch(
  routes: readonly Route[],
  context: ExchangeContext,
): typeof globalThis.fetch {
  return async (input, init) => {
    const given = input instanceof Request ? input.signal : undefined;
    const signal = init?.signal ?? given;
    // Without the signal: the exchange listens to it, and Request would tie one more to it.
    const request = new Request(input, { ...init, signal: null });
    if (signal?.aborted === true) throw signal.reason;
    const url = new URL(request.url);
    const route = routes.find((candidate) => matches(candidate, request.method, url));
    if (route === undefined) {
      throw new UnmockedUrlError(
        request.method,
        request.url,
        routes.map(({ method, url: served }) => `${method} ${served}`),
      );
    }
    return await new Promise<Response>((resolve, reject) => {
      const settlement = { resolve, reject };
      route.host.calls.begin();
      route.host.receive(new FetchExchange(route, request, signal, settlement, context));
    });
  };
}
