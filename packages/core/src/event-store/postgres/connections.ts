import { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';
import { StoreClosedError } from '../errors.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { Pool as OpenPool } from './driver.ts';
import { held, Line } from './line.ts';
import { toUnavailable } from './lost-connection.ts';

export interface ConnectionsOptions {
  readonly connectionString: string;
  /** For statements and transactions. */
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly closeTimeoutMs: number;
}

/**
 * What a connection is for. `work`: statements and transactions. `aside`: what the callback of a
 * transaction does beside it while `work` has none left; it would wait for itself. `leases`: leases
 * alone, so that busy handlers never keep them from being renewed.
 */
export type Purpose = 'work' | 'aside' | 'leases';

/** More would help little: what runs aside are single statements. */
const ASIDE_CONNECTIONS = 2;

/** The server's own limit comes first, with an answer that says what became of the statement. */
const ANSWER_GRACE_MS = 2_000;

/** Long enough to spare the network, short enough to keep connections open through firewalls. */
const KEEP_ALIVE_MS = 10_000;

/** What is known of the session behind a connection. */
interface Session {
  /** Whether nothing stands between us and the server: a pooler gives every transaction another one. */
  readonly isDirect: boolean;
  /** Whether a statement outside a block would run at another isolation than read committed. */
  readonly needsBlock: boolean;
}

/** A connection that is lent for one statement or one transaction. */
export interface Loan extends Session {
  readonly line: Line;
  /** Gives it back; one that is lost is thrown away. */
  release(): void;
}

/** Connections to one server, by what they are for. Losing one never ends the process. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #pools: Readonly<Record<Purpose, Pool>>;
  readonly #sockets = new Set<Socket>();
  /** One for each connection: there is one borrower at a time. */
  readonly #loans = new WeakMap<PoolClient, Loan>();
  /** How often the network had been found dead when the connection was made. */
  readonly #madeAfter = new WeakMap<PoolClient, number>();
  #silences = 0;
  #hasLostNames = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#pools = {
      work: this.#createPool(options.maxConnections),
      aside: this.#createPool(ASIDE_CONNECTIONS),
      leases: this.#createPool(1),
    };
  }

  /** Whether one is left when all who were here before have theirs. */
  hasFree(purpose: Purpose): boolean {
    const { idleCount, totalCount, waitingCount, options } = this.#pools[purpose];
    return idleCount + options.max - totalCount > waitingCount;
  }

  /** From now on nothing is prepared by name. */
  forgetNames(): void {
    this.#hasLostNames = true;
  }

  /** @throws StoreUnavailableError when none is made or becomes free in time. */
  async lend(purpose: Purpose): Promise<Loan> {
    const client = await this.#connect(purpose);
    const known = this.#loans.get(client);
    if (known !== undefined) return known;
    let isDirect = false;
    const line = new Line(client, {
      answerLimitMs: this.#options.statementTimeoutMs + ANSWER_GRACE_MS,
      allowsNames: () => isDirect && !this.#hasLostNames,
      onSilence: () => {
        this.#silences += 1;
      },
    });
    client.on('error', line.lose);
    try {
      const session = await this.#greet(client, line);
      ({ isDirect } = session);
      const release = (): void => client.release(line.isLost);
      const loan: Loan = { ...session, line, release };
      this.#loans.set(client, loan);
      return loan;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** A connection that the caller made, and for which nothing can be assumed. */
  join(client: Pick<PoolClient, 'query'>): Line {
    return new Line(client, {
      answerLimitMs: this.#options.statementTimeoutMs + ANSWER_GRACE_MS,
      allowsNames: () => false,
    });
  }

  /** Waits for what is under way, for `closeTimeoutMs` at most, and cuts off the rest. */
  async close(): Promise<void> {
    const cut = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
      cut.resolve();
    }, this.#options.closeTimeoutMs);
    const ends = Object.values(this.#pools).map((pool) => pool.end());
    await held(() => Promise.race([Promise.all(ends), cut.promise]));
    clearTimeout(timer);
  }

  async #connect(purpose: Purpose): Promise<PoolClient> {
    const pool = this.#pools[purpose];
    for (;;) {
      const isFree = this.hasFree(purpose);
      let client: PoolClient;
      try {
        // Virtual time stands still while a connection is made, but not while one is waited for:
        // whoever has it may be sleeping.
        client = await (isFree ? held(() => pool.connect()) : pool.connect());
      } catch (error) {
        if (pool.ending) throw new StoreClosedError();
        throw isFree ? (toUnavailable(error, 'undone') ?? error) : this.#noneFree(purpose, error);
      }
      // Made before the network was found dead: it is as dead as the one that found out.
      if (this.#madeAfter.get(client) === this.#silences) return client;
      client.release(true);
    }
  }

  #noneFree(purpose: Purpose, cause: unknown): unknown {
    if (!(cause instanceof Error) || !cause.message.startsWith('timeout exceeded')) {
      return toUnavailable(cause, 'undone') ?? cause;
    }
    const { max } = this.#pools[purpose].options;
    return new StoreUnavailableError(
      `no connection became free within ${this.#options.connectTimeoutMs} ms, all ${max} are taken ` +
        '(raise maxConnections, lower the workers of runners, or keep transactions short)',
      'undone',
      { cause },
    );
  }

  /**
   * Asks a new connection what it is, and sets what the store relies on, in one round trip. Nothing is
   * set through a pooler, where the next transaction of somebody else would find it. A limit that the
   * database has set already is left as it is.
   */
  async #greet(client: PoolClient, line: Line): Promise<Session> {
    const pid: unknown = Reflect.get(client, 'processID');
    const { rows } = await line.send(
      {
        text: `SELECT pid = $1::integer AS is_direct, isolation,
            CASE WHEN pid = $1::integer THEN
              pg_catalog.set_config('default_transaction_isolation', 'read committed', false) END AS a,
            CASE WHEN pid = $1::integer AND time_limit = '0' THEN
              pg_catalog.set_config('statement_timeout', $2::text, false) END AS b
          FROM (SELECT pg_catalog.pg_backend_pid() AS pid,
            pg_catalog.current_setting('default_transaction_isolation') AS isolation,
            pg_catalog.current_setting('statement_timeout') AS time_limit) AS session`,
        values: [typeof pid === 'number' ? pid : -1, String(this.#options.statementTimeoutMs)],
        isOwn: true,
      },
      'undone',
    );
    const isDirect = rows[0]?.['is_direct'] === true;
    return { isDirect, needsBlock: !isDirect && rows[0]?.['isolation'] !== 'read committed' };
  }

  #createPool(max: number): Pool {
    const pool = new OpenPool({
      connectionString: this.#options.connectionString,
      max,
      connectionTimeoutMillis: this.#options.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      // Connections stay: an idle timer would run in virtual time under a simulation.
      idleTimeoutMillis: 0,
      stream: () => this.#createSocket(),
    });
    // A connection that breaks while nobody uses it is replaced at the next statement, which says so
    // if it cannot. One that is used and has no listener would end the process.
    pool.on('error', () => {});
    pool.on('connect', (client) => {
      client.on('error', () => {});
      // `pg.defaults.binary` belongs to the whole process, too.
      Reflect.set(client, 'binary', false);
      this.#madeAfter.set(client, this.#silences);
    });
    return pool;
  }

  #createSocket(): Socket {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
