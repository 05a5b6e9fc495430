export {
  openPostgresEventStore,
  type PostgresEventStore,
  type PostgresEventStoreOptions,
} from './postgres-event-store.ts';
export type { SqlRow, SqlTransaction } from '../sql/sql-database.ts';
export {
  ConnectError,
  PositionSequenceError,
  RightMissingError,
  SchemaRightsError,
  SchemaTooNewError,
  ServerTooOldError,
  StreamFullError,
  StreamHeadError,
} from '../sql/errors.ts';
