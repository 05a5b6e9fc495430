import { missingPeer } from '../../peers/index.ts';

/** The library is an optional peer. */
export const { PGlite, protocol } = await import('@electric-sql/pglite').catch(
  missingPeer('@electric-sql/pglite', 'for embedded event stores'),
);
