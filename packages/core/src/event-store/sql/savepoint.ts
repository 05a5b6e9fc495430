import type { SqlSession } from './sql-database.ts';

/** Undoes what `work` did when it rejects, and nothing else of the transaction. */
export async function withSavepoint<T>(session: SqlSession, work: () => Promise<T>): Promise<T> {
  await session.query('SAVEPOINT firedrill');
  try {
    const value = await work();
    await session.query('RELEASE SAVEPOINT firedrill');
    return value;
  } catch (error) {
    await session.query('ROLLBACK TO SAVEPOINT firedrill');
    throw error;
  }
}
