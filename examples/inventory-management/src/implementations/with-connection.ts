import type { ConnectionPool } from '@firedrill/core/services';

/** Runs `work` while holding a connection. */
export async function withConnection<T>(pool: ConnectionPool, work: () => Promise<T>): Promise<T> {
  const connection = await pool.acquire();
  try {
    return await work();
  } finally {
    connection.release();
  }
}
