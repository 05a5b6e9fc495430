import { missingPeer } from '../../peers/index.ts';

/** The library is an optional peer. */
export const { getResponse, http, HttpResponse, matchRequestUrl } = await import('msw').catch(
  missingPeer('msw', 'to answer fetch (the transport "msw")'),
);
