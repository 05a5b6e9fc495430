/** The server process as devices reach it: over a network, and while it is up. */
export interface Served {
  /** From now on devices reach this server; gives back what ends that. */
  begin(server: object): () => void;
  readonly isUp: boolean;
  /**
   * Asks the server. Rejects with ServerDownError when it is down, or goes down before it has answered.
   *
   * @param isOne whether a server is one that these pages know
   */
  readonly ask: <Server extends object, T>(
    isOne: (server: object) => server is Server,
    question: (server: Server) => Promise<T>,
  ) => Promise<T>;
  /** Tells the server something that is answered at once, or not at all; nobody hears it when it is down. */
  readonly tell: <Server extends object, T>(
    isOne: (server: object) => server is Server,
    news: (server: Server) => T,
  ) => T | undefined;
}

/** The server is down, or has gone down before it answered. */
export class ServerDownError extends Error {
  override readonly name = 'ServerDownError';
  readonly code = 'SERVER_DOWN';

  constructor() {
    super('Failed to reach the server: it is down. Try again when it is up.');
  }
}

export function createServed(): Served {
  let current: object | undefined;
  const waiting = new Set<(error: Error) => void>();

  return {
    begin(server) {
      current = server;
      return () => {
        if (current !== server) return;
        current = undefined;
        for (const reject of waiting) reject(new ServerDownError());
        waiting.clear();
      };
    },
    get isUp() {
      return current !== undefined;
    },
    ask(isOne, question) {
      if (current === undefined || !isOne(current)) return Promise.reject(new ServerDownError());
      const answer = question(current);
      return new Promise((resolve, reject) => {
        waiting.add(reject);
        answer.then(resolve, reject).finally(() => waiting.delete(reject));
      });
    },
    tell: (isOne, news) => (current === undefined || !isOne(current) ? undefined : news(current)),
  };
}
