/** What holds the database for a while: one statement, or a transaction from begin to end. */
export type Turn = () => Promise<void>;

/**
 * Gives the database to one turn at a time, and to the clients in rotation: a client with a thousand
 * requests delays another's next one by a single turn. The turns of a client run in their order.
 */
export class Turns<Client> {
  /** Clients that wait, in the order of the rotation. */
  readonly #waiting = new Map<Client, Turn[]>();
  #running: Promise<void> | undefined;

  add(client: Client, turn: Turn): void {
    const own = this.#waiting.get(client);
    if (own === undefined) this.#waiting.set(client, [turn]);
    else own.push(turn);
    this.#running ??= this.#run();
  }

  /** Forgets what a client waits for. A turn that it has now goes on. */
  drop(client: Client): void {
    this.#waiting.delete(client);
  }

  /** Resolves when nobody has a turn or waits for one. */
  async onIdle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const next = this.#waiting.entries().next();
      if (next.done === true) break;
      const [client, turns] = next.value;
      this.#waiting.delete(client);
      const turn = turns.shift();
      if (turns.length > 0) this.#waiting.set(client, turns);
      // A turn answers its own client, errors included.
      await turn?.();
    }
    this.#running = undefined;
  }
}
