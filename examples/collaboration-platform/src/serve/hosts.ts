import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

type Asking = { readonly headers: Pick<IncomingHttpHeaders, 'host' | 'origin'> };

/**
 * Whether a request was meant for this server and comes from its own page. A name that somebody else
 * owns may lead here, too (DNS rebinding): then a page of theirs counts as of the same origin. An
 * address cannot be rebound, so that only names have to be known.
 *
 * @param names allowed beside `localhost`
 */
export function createHostCheck(names: readonly string[]) {
  const known = new Set(['localhost', ...names.map((name) => name.toLowerCase())]);

  function isKnownHost(host: string | undefined): boolean {
    if (host === undefined || !URL.canParse(`http://${host}`)) return false;
    const { hostname, host: same, username, pathname } = new URL(`http://${host}`);
    // What is more than a host, or is written in a way that only some understand, is none of ours.
    if (username !== '' || pathname !== '/' || !isWrittenSo(host, same)) return false;
    return known.has(hostname) || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  }

  return function isMeantForUs({ headers }: Asking): boolean {
    const { host, origin } = headers;
    if (!isKnownHost(host)) return false;
    // Only programs leave it out: browsers say for a WebSocket and a POST which page it is.
    if (origin === undefined) return true;
    return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  };
}

/** `URL` drops a port of 80, and nothing else. */
const isWrittenSo = (host: string, parsed: string): boolean =>
  host.toLowerCase().replace(/:80$/, '') === parsed;
