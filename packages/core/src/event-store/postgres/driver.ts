import { missingPeer } from '../../peers/index.ts';

/** The driver is an optional peer. */
export const { DatabaseError, Pool } = await import('pg').catch(
  missingPeer('pg', 'for event stores in PostgreSQL'),
);
