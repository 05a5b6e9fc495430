export {
  openPgliteEventStore,
  type PgliteEventStore,
  type PgliteEventStoreOptions,
} from './pglite-event-store.ts';
export {
  DirectoryLockedError,
  type DirectoryProblem,
  DirectoryUnusableError,
  PgliteError,
} from './errors.ts';
export type { SqlDatabase, SqlRow, SqlTransaction } from '../sql/sql-database.ts';
export { SchemaTooNewError } from '../sql/errors.ts';
