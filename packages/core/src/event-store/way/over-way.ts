import { CallError, ServiceError, type Way } from '../../services/index.ts';
import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { type LostOutcome, StoreUnavailableError } from '../unavailable.ts';

/** What is called of an event store: the operations of its way. */
export const storeOperations = [
  'append',
  'begin',
  'commit',
  'outbox',
  'projections',
  'read',
  'snapshots',
] as const;
type StoreOperation = (typeof storeOperations)[number];

/** A transaction of a process that does not know yet how it ends. */
interface Session {
  /** Undoes it; nothing more of it reaches the store. */
  readonly end: (reason: StoreUnavailableError) => void;
  /** Why it is over, when its connection was lost. */
  lost: StoreUnavailableError | undefined;
}

/**
 * An event store as a process reaches it over a network that may refuse, lose or hold its calls. What fails is a
 * StoreUnavailableError, as with a store on a server. A transaction whose connection is lost is undone, with the locks
 * that it held; of a commit, or an append without a transaction, nobody knows then.
 */
export function overWay<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  way: Way,
): EventStore<Tx, Event> {
  const sessions = new Map<unknown, Session>();

  async function carry<T>(
    operation: StoreOperation,
    outcome: LostOutcome,
    perform: () => Promise<T>,
    dropped?: () => void,
  ): Promise<T> {
    try {
      return await way.carry(operation, perform, dropped);
    } catch (error) {
      throw error instanceof CallError ? unavailable(error, outcome) : error;
    }
  }

  /** A call in a transaction, or by itself. */
  async function call<T>(
    operation: StoreOperation,
    tx: unknown,
    outcome: LostOutcome,
    perform: () => Promise<T>,
  ): Promise<T> {
    const session = tx === undefined ? undefined : sessions.get(tx);
    if (session === undefined) return carry(operation, outcome, perform);
    if (session.lost !== undefined) throw session.lost;
    try {
      return await carry(operation, 'undone', perform);
    } catch (error) {
      if (session.lost !== undefined) throw session.lost;
      if (error instanceof StoreUnavailableError) session.end(error);
      throw error;
    }
  }

  async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const decided = Promise.withResolvers<void>();
    // Of a transaction that never began nobody waits for the end.
    decided.promise.catch(() => undefined);
    let ended = Promise.resolve();
    const session: Session = {
      lost: undefined,
      end(reason) {
        session.lost = reason;
        decided.reject(reason);
      },
    };
    const begin = (): Promise<Tx> =>
      new Promise((resolve, reject) => {
        ended = store.transaction((tx) => {
          resolve(tx);
          return decided.promise;
        });
        ended.catch(reject);
      });
    const commit = (): Promise<void> => {
      decided.resolve();
      return ended;
    };
    let own: unknown;
    try {
      const tx = await carry('begin', 'undone', begin);
      own = tx;
      sessions.set(tx, session);
      const value = await work(tx);
      if (session.lost !== undefined) throw session.lost;
      await carry('commit', 'unknown', commit, () => decided.reject(notCommitted));
      return value;
    } catch (error) {
      decided.reject(error);
      // Who can reach the store waits until it is undone; who cannot is not told.
      if (!(error instanceof StoreUnavailableError)) await ended.catch(() => undefined);
      throw error;
    } finally {
      sessions.delete(own);
    }
  }

  return way.isClear
    ? storeWith(
        store,
        (work) => countedTransaction(store, way, work),
        (operation, _tx, _outcome, perform) => way.carry(operation, perform),
      )
    : storeWith(store, transaction, call);
}

/** Where nothing is lost, a transaction is what it is: its begin and its end are counted. */
function countedTransaction<Tx, Event extends AnyEvent, T>(
  store: EventStore<Tx, Event>,
  way: Way,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return way.carry('commit', () =>
    store.transaction((tx) => {
      void way.carry('begin', () => Promise.resolve());
      return work(tx);
    }),
  );
}

/** Performs a call of a store, in a transaction or by itself; of one that fails, `outcome` says what is known. */
type Call = <T>(
  operation: StoreOperation,
  tx: unknown,
  outcome: LostOutcome,
  perform: () => Promise<T>,
) => Promise<T>;

/** A store whose transactions are these, and of which each other call is performed by `call`. */
function storeWith<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  transaction: EventStore<Tx, Event>['transaction'],
  call: Call,
): EventStore<Tx, Event> {
  const others = <Part extends object>(operation: StoreOperation, part: Part): Part =>
    mapCalls(part, (perform, args) => call(operation, txOf(args), 'unknown', perform));
  return {
    ...store,
    snapshots: others('snapshots', store.snapshots),
    outbox: others('outbox', store.outbox),
    projections: others('projections', store.projections),
    transaction,
    append: (stream, events, options) =>
      call('append', options.tx, 'unknown', () => store.append(stream, events, options)),
    readStream: (stream, options) =>
      call('read', options?.tx, 'undone', () => store.readStream(stream, options)),
    readAll: (options) => call('read', undefined, 'undone', () => store.readAll(options)),
    positions: () => call('read', undefined, 'undone', () => store.positions()),
  };
}

/** The functions of a part, each called over a way; what is no function stays. */
function mapCalls<Part extends object>(
  part: Part,
  over: (perform: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>,
): Part {
  const entries = Object.entries(part).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'function'
      ? (...args: unknown[]) =>
          over(async () => (await Reflect.apply(value, part, args)) as unknown, args)
      : value,
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same functions by the same names
  return Object.fromEntries(entries) as Part;
}

/** The transaction that a call is part of: in the last of its arguments. */
function txOf(args: readonly unknown[]): unknown {
  const last = args.at(-1);
  return typeof last === 'object' && last !== null && 'tx' in last ? last.tx : undefined;
}

/** What undoes a transaction whose commit did not arrive. */
const notCommitted = new Error('The commit did not arrive: the transaction is undone.');

function unavailable(error: CallError, outcome: LostOutcome): StoreUnavailableError {
  // Who was refused knows that nothing was done.
  const certain = error instanceof ServiceError ? 'undone' : outcome;
  return new StoreUnavailableError(reasonOf(error), certain, { cause: error });
}

const reasonOf = ({ code }: CallError): string =>
  code === 'SERVICE_ERROR'
    ? 'it refuses'
    : code === 'SERVICE_TIMEOUT'
      ? 'no answer came in time'
      : 'the connection was lost';
