/** The server has no room for a handshake now. */
export class ComeAgainError extends Error {
  override readonly name = 'ComeAgainError';
  readonly code = 'COME_AGAIN';
  readonly comeAgainInMs: number;

  constructor(comeAgainInMs: number) {
    super(`Failed to connect: the server is busy. Try again in ${Math.round(comeAgainInMs)} ms.`);
    this.comeAgainInMs = comeAgainInMs;
  }
}
