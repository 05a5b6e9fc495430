/** There is no Redis where it was looked for. */
export class RedisMissingError extends Error {
  override readonly name = 'RedisMissingError';
  readonly code = 'REDIS_MISSING';
  readonly url: string;

  constructor(url: string, cause: unknown) {
    const why =
      cause instanceof Error && cause.message !== ''
        ? cause.message.replace(/\.$/, '')
        : 'no answer';
    super(
      `Failed to reach Redis at ${url}: ${why}. Start one (redis-server), or name another in REDIS_URL.`,
      { cause },
    );
    this.url = url;
  }
}
