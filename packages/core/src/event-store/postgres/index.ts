export {
  openPostgresEventStore,
  type PostgresEventStore,
  type PostgresEventStoreOptions,
} from './postgres-event-store.ts';
export type { SqlRow, SqlTransaction } from '../sql/sql-database.ts';
export { ConnectError, SchemaTooNewError, ServerTooOldError } from '../sql/errors.ts';
