import { openPostgresEventStore } from '@firedrill/core/event-store/postgres';

// Nobody listens there: the driver is found, and the store says what is wrong.
const error: unknown = await openPostgresEventStore({
  connectionString: 'postgres://nobody@127.0.0.1:1/none',
}).catch((reason: unknown) => reason);
if (!String(error).includes('Failed to connect to PostgreSQL')) throw new Error(String(error));
