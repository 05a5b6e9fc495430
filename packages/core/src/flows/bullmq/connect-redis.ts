import type { Redis as Connection } from 'ioredis';
import { RedisMissingError } from './errors.ts';
import { Redis } from './library.ts';

/** Where Redis is looked for when nobody says: the standard port of this machine. */
export const standardRedisUrl = 'redis://127.0.0.1:6379';

/**
 * A connection that has answered, and from now on reconnects by itself.
 *
 * @throws RedisMissingError at once. BullMQ's own connections would wait for ever.
 */
export async function connectRedis(url: string): Promise<Connection> {
  const probe = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
  });
  probe.on('error', () => {});
  try {
    await probe.connect();
    await probe.ping();
  } catch (error) {
    throw new RedisMissingError(url, error);
  } finally {
    probe.disconnect();
  }
  // What BullMQ asks of a connection that blocks.
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', () => {});
  return redis;
}
