import type { FailureOutcome } from './outcome-of.ts';

/** What a code says, whoever raised it: the operating system, Node, undici, a driver, a client. */
const codes: ReadonlyMap<string, FailureOutcome> = new Map([
  // Nobody was there to hear the request, or its way there could not be found or made safe.
  ...outcomes('failure', [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'EAI_NODATA',
    'EAI_NONAME',
    'EADDRNOTAVAIL',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_CLOSED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  ]),
  // The request was on its way, and its answer did not come back whole.
  ...outcomes('unknown', [
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'EPROTO',
    'ENETDOWN',
    'ENETRESET',
    'ENOTCONN',
    'ESHUTDOWN',
    'ESOCKETTIMEDOUT',
    'ABORT_ERR',
    'ERR_ABORTED',
    'ERR_CANCELED',
    'ERR_NETWORK',
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_STREAM_DESTROYED',
    'ERR_SOCKET_CLOSED',
    'ERR_SOCKET_CONNECTION_TIMEOUT',
    'ERR_HTTP_REQUEST_TIMEOUT',
    'PROTOCOL_CONNECTION_LOST',
  ]),
]);

/** Unless the code says that no connection was made, it is one of a connection in use. */
const unknownFamilies =
  /^(?:UND_ERR_(?:ABORT|BODY_TIMEOUT|DESTROYED|HEADERS|RES|SOCKET)|HPE_|ERR_HTTP2_)/;

/**
 * The same code is raised while connecting and later: then the system call tells whether there was a
 * connection through which the request could have gone.
 */
const dependsOnTheCall: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

/** @param syscall What Node names beside the codes of the operating system, such as `connect`. */
export function outcomeOfNetworkCode(code: unknown, syscall: unknown): FailureOutcome | undefined {
  if (typeof code !== 'string') return undefined;
  const known = codes.get(code);
  if (known !== undefined) return known;
  if (dependsOnTheCall.has(code)) return syscall === 'connect' ? 'failure' : 'unknown';
  return unknownFamilies.test(code) ? 'unknown' : undefined;
}

function outcomes(outcome: FailureOutcome, names: readonly string[]): [string, FailureOutcome][] {
  return names.map((name) => [name, outcome]);
}
