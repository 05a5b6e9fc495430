import { TransactionEndedError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { type MemoryTransaction, OpenTransaction } from './transaction.ts';

/**
 * The adapter's view of a transaction that it was given.
 *
 * @throws TransactionEndedError when it has ended. @throws TypeError when it is of another store.
 */
export function openTransaction(
  connection: Connection,
  tx: MemoryTransaction | undefined,
): OpenTransaction | undefined {
  if (tx === undefined) return undefined;
  if (!(tx instanceof OpenTransaction) || tx.database !== connection.database) {
    throw new TypeError('tx must be a transaction of this store: take it from transaction().');
  }
  if (!connection.database.open.has(tx)) throw new TransactionEndedError();
  tx.assertOpen();
  return tx;
}
