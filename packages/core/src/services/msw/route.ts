import type { HttpHandler, PathParams } from 'msw';
import { InvalidRequestError, ServiceError } from '../errors.ts';
import type { HostedOperation } from '../hosted-operation.ts';
import { hasBody, type Method } from '../method.ts';
import type { ServiceHost } from '../service-host.ts';
import { isFields } from '../wire-input.ts';
import { getResponse, http, HttpResponse, matchRequestUrl } from './library.ts';
import { problemResponse } from './problem.ts';

/** The header that carries the key of a call. */
export const keyHeader = 'x-key';

/** The header that carries the name of the process that calls. */
export const processHeader = 'x-process';

/** An operation at its address. */
export interface Route {
  readonly host: ServiceHost;
  readonly operation: HostedOperation;
  readonly method: Method;
  readonly url: string;
  /** Performs the operation at once; latency, limits and faults are not its business. */
  readonly handler: HttpHandler;
  /** Says how long a request has to wait before that, in ms. */
  readonly waitMs: (request: Request) => Promise<number>;
}

const httpMethods = {
  GET: http.get,
  DELETE: http.delete,
  POST: http.post,
  PUT: http.put,
  PATCH: http.patch,
} as const satisfies Record<Method, unknown>;

/** Makes the msw handler of an operation. */
export function createRoute(host: ServiceHost, operation: HostedOperation): Route {
  const { method, path } = operation.definition;
  const url = `${host.service.baseUrl}${path}`;
  const handler = httpMethods[method](url, async ({ request, params }) => {
    try {
      const input = await readInput(operation, request, params);
      const output = operation.perform(input, keyOf(request), host.nowMs());
      return output === undefined ? new HttpResponse(null, { status: 204 }) : Response.json(output);
    } catch (error) {
      if (error instanceof ServiceError) return problemResponse(error);
      throw error;
    }
  });
  const waiting = httpMethods[method](url, async ({ request, params }) => {
    const input = await readInput(operation, request, params).catch(() => undefined);
    return Response.json(operation.waitMs(input, keyOf(request), host.nowMs()));
  });
  const waitMs = async (request: Request): Promise<number> => {
    const response = await getResponse([waiting], request);
    return Number(await response?.json());
  };
  return { host, operation, method, url, handler, waitMs };
}

/** Whether the request is for this route. */
export function matches(route: Route, method: string, url: URL): boolean {
  return route.method === method && matchRequestUrl(url, route.url).matches;
}

/** The key that the caller gave. */
export function keyOf(request: Request): string | undefined {
  return request.headers.get(keyHeader) ?? undefined;
}

/** The process that calls. */
export function processOf(request: Request): string | undefined {
  return request.headers.get(processHeader) ?? undefined;
}

/** The input: the fields of the body or the query, and those of the path. */
async function readInput(
  operation: HostedOperation,
  request: Request,
  params: PathParams,
): Promise<unknown> {
  const { method, input } = operation.definition;
  if (operation.parameters.length === 0) {
    if (input === undefined) return undefined;
    return hasBody(method) ? readBody(operation, request) : queryOf(request);
  }
  const body = hasBody(method) ? await readBody(operation, request) : queryOf(request);
  return { ...(isFields(body) ? body : {}), ...params };
}

function queryOf(request: Request): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(request.url).searchParams);
}

async function readBody(operation: HostedOperation, request: Request): Promise<unknown> {
  const text = await request.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidRequestError(operation.service, operation.name, [
      { path: '', message: 'the body is not JSON' },
    ]);
  }
}
