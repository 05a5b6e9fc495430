import { validateLatency } from './latency.ts';
import { methods } from './method.ts';
import type { Service, ServiceLimits } from './service.ts';

/** @throws RangeError naming the first option that is out of range, and its value. */
export function validateService({ name, baseUrl, latency, limits, operations }: Service): void {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new RangeError(`Invalid service name "${name}": use kebab-case, such as "card-gateway".`);
  }
  const url = URL.parse(baseUrl);
  if (url === null || !url.protocol.startsWith('http') || baseUrl.endsWith('/')) {
    throw new RangeError(
      `Invalid ${name}.baseUrl "${baseUrl}": use an absolute http(s) address without a slash at its end.`,
    );
  }
  validateLatency(latency, `${name}.latency`);
  if (limits !== undefined) validateLimits(limits, name);

  const routes = new Set<string>();
  for (const [key, operation] of Object.entries(operations)) {
    const owner = `${name}.${key}`;
    if (key === 'then') {
      throw new RangeError(`Invalid operation ${owner}: it would make the client a promise.`);
    }
    if (!methods.includes(operation.method)) {
      throw new RangeError(
        `Invalid ${owner}.method "${operation.method}": use one of ${methods.join(', ')}.`,
      );
    }
    if (!/^\/[^?#]*$/.test(operation.path)) {
      throw new RangeError(
        `Invalid ${owner}.path "${operation.path}": begin with "/", without query or fragment.`,
      );
    }
    if (operation.latency) validateLatency(operation.latency, `${owner}.latency`);
    const route = `${operation.method} ${operation.path}`;
    if (routes.has(route)) {
      throw new RangeError(`Invalid ${owner}.path: another operation has "${route}" already.`);
    }
    routes.add(route);
  }
}

function validateLimits(limits: ServiceLimits, name: string): void {
  const { concurrency, queue = 0, queueTimeoutMs } = limits;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(
      `Invalid ${name}.limits.concurrency ${concurrency}: use a positive integer.`,
    );
  }
  if (!Number.isInteger(queue) || queue < 0) {
    throw new RangeError(`Invalid ${name}.limits.queue ${queue}: use an integer of 0 or more.`);
  }
  if (queueTimeoutMs !== undefined && !(queueTimeoutMs > 0)) {
    throw new RangeError(
      `Invalid ${name}.limits.queueTimeoutMs ${queueTimeoutMs}: use a positive number of milliseconds.`,
    );
  }
}
