/** A package that a room needs, that not everybody wants to install, and that is not there. */
export class MissingPeerError extends Error {
  override readonly name = 'MissingPeerError';
  readonly code = 'PEER_MISSING';
  /** Its name in the registry. */
  readonly peer: string;

  constructor(peer: string, purpose: string, options?: ErrorOptions) {
    super(
      `Failed to load ${peer}: @firedrill/core needs it ${purpose}, and it is not installed. ` +
        `Install it: npm install ${peer}`,
      options,
    );
    this.peer = peer;
  }
}

/**
 * What went wrong with the import of an optional peer: `import('pg').catch(missingPeer('pg', 'to …'))`.
 * Written like this, bundlers let a peer be missing, too.
 *
 * @param purpose what it is needed for, as it goes on after "needs it"
 * @throws MissingPeerError when it is not installed; anything else that stopped it as it is
 */
export function missingPeer(peer: string, purpose: string): (cause: unknown) => never {
  return (cause) => {
    throw isNotFound(cause, peer) ? new MissingPeerError(peer, purpose, { cause }) : cause;
  };
}

/** Node has codes for it; what Vite puts in the place of a missing peer has only words. */
function isNotFound(cause: unknown, peer: string): boolean {
  if (!(cause instanceof Error) || !cause.message.includes(peer)) return false;
  const code = 'code' in cause ? cause.code : undefined;
  return (
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'MODULE_NOT_FOUND' ||
    cause.message.startsWith('Could not resolve')
  );
}
