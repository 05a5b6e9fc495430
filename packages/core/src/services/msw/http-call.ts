import { setLongTimer } from '../../resilience/index.ts';
import { type CallOptions, limitOf } from '../client.ts';
import { CallCancelledError, CallError, ServiceTimeoutError } from '../errors.ts';
import type { HostedOperation } from '../hosted-operation.ts';
import { hasBody } from '../method.ts';
import { fillPath } from '../path-template.ts';
import type { ServiceHost } from '../service-host.ts';
import type { Hold } from '../transport.ts';
import { isFields, wireInput } from '../wire-input.ts';
import { readProblem } from './problem.ts';
import { keyHeader, processHeader } from './route.ts';

/** Calls an operation with the global `fetch`, and turns what comes back into output or error. */
export async function httpCall(
  host: ServiceHost,
  operation: HostedOperation,
  input: unknown,
  options: CallOptions,
  hold: Hold,
  process: string | undefined,
): Promise<unknown> {
  const { service, name } = operation;
  const request = httpRequest(host.service.baseUrl, operation, wireInput(operation, input));
  if (options.key !== undefined) request.headers[keyHeader] = options.key;
  if (process !== undefined) request.headers[processHeader] = process;
  using limit = callLimit(operation, options);
  const response = await send(request, limit.signal);
  if (response.ok) {
    return response.status === 204 ? undefined : await hold(() => response.json());
  }
  throw await hold(() => readProblem(service, name, response));
}

interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

function httpRequest(
  baseUrl: string,
  { definition, parameters }: HostedOperation,
  input: unknown,
): HttpRequest {
  const { method, path } = definition;
  const fields = isFields(input) ? input : {};
  const url = `${baseUrl}${fillPath(path, fields)}`;
  const inPath = new Set(parameters);
  const rest = Object.entries(fields).filter(([name]) => !inPath.has(name));
  if (!hasBody(method)) {
    const query = new URLSearchParams();
    for (const [key, value] of rest) query.append(key, String(value));
    const address = query.size === 0 ? url : `${url}?${query.toString()}`;
    return { url: address, method, headers: {}, body: null };
  }
  const content = inPath.size === 0 ? input : Object.fromEntries(rest);
  if (content === undefined) return { url, method, headers: {}, body: null };
  const headers = { 'content-type': 'application/json' };
  return { url, method, headers, body: JSON.stringify(content) };
}

async function send({ url, ...init }: HttpRequest, signal: AbortSignal | null): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal });
  } catch (error) {
    // As a real one does, fetch wraps what happened to the connection.
    if (error instanceof TypeError && error.cause instanceof CallError) throw error.cause;
    throw error;
  }
}

interface CallLimit extends Disposable {
  readonly signal: AbortSignal | null;
}

/** The signal that ends a call: after its time-out, or with the caller's signal. */
function callLimit(operation: HostedOperation, options: CallOptions): CallLimit {
  const { service, name } = operation;
  const { signal } = options;
  const timeoutMs = limitOf(options);
  const cancelled = (): CallCancelledError => new CallCancelledError(service, name, signal?.reason);
  if (signal?.aborted === true) throw cancelled();
  const hasTimeout = timeoutMs !== Infinity;
  if (signal === undefined && !hasTimeout)
    return { signal: null, [Symbol.dispose]: () => undefined };

  const controller = new AbortController();
  const onAbort = (): void => controller.abort(cancelled());
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = hasTimeout
    ? setLongTimer(() => {
        controller.abort(new ServiceTimeoutError(service, name, timeoutMs));
      }, timeoutMs)
    : undefined;
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      timer?.clear();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
