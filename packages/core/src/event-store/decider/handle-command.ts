import { checkInteger, checkText, LAST_VERSION } from '../checks.ts';
import { InvalidSnapshotError, VersionConflictError } from '../errors.ts';
import type { AnyEvent, EventMetadata, NewEvent, StreamId } from '../event.ts';
import type { AppendResult, EventStore } from '../event-store.ts';
import { callListener } from '../listeners.ts';
import type { Decider } from './decider.ts';

/** How a command is tried again after a conflict, and what goes with its events. */
export interface HandleCommandOptions<Tx> {
  /** Times that the command is decided anew when somebody else was faster. Default: 3. */
  readonly maxRetries?: number;
  /** The caller's transaction. Default: one for each attempt. */
  readonly tx?: Tx;
  readonly tenant?: string;
  readonly metadata?: EventMetadata;
  /**
   * Keeps the state, so that long streams load fast. Default: no snapshots. A state that JSON does not
   * give back as it is, such as a Map or a date, is not kept, and says so.
   */
  readonly snapshot?: {
    /** Tells the states of several deciders of one stream apart. */
    readonly name: string;
    /** Version of the state's shape: change it with the shape, and old snapshots are not used. */
    readonly schemaVersion: number;
    /** A snapshot is saved after this many events since the last. At least 1. */
    readonly everyEvents: number;
    /** Is told of a snapshot that could not be saved. The command has succeeded all the same. */
    readonly onFailure?: (error: unknown) => void;
  };
}

/** What became of the snapshot: a command that has written does not fail because of it. */
export type SnapshotOutcome =
  | { readonly kind: 'none' | 'saved' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What a command did. */
export interface CommandResult<State, Event extends AnyEvent> {
  readonly state: State;
  readonly events: readonly Event[];
  /** Version of the stream afterwards. */
  readonly version: number;
  /** `undefined` when there was nothing to append. */
  readonly append: AppendResult | undefined;
  /** `none`: it was not due, or there are none. */
  readonly snapshot: SnapshotOutcome;
}

/**
 * Loads the state of a stream, decides, and appends what was decided to the version that was loaded.
 * On a conflict it begins again; in the caller's transaction too, as a conflict leaves that usable.
 *
 * @throws What `decide` and `evolve` throw, before anything is written. @throws VersionConflictError when the retries are used up.
 * @throws RangeError on an option out of range.
 */
export async function handleCommand<Tx, State, Command, Event extends AnyEvent>(
  store: EventStore<Tx, NoInfer<Event>>,
  decider: Decider<State, Command, Event>,
  stream: StreamId,
  command: NoInfer<Command>,
  options: HandleCommandOptions<Tx> = {},
): Promise<CommandResult<State, Event>> {
  const maxRetries = checkInteger('maxRetries', options.maxRetries ?? 3, 0);
  if (options.snapshot !== undefined) {
    checkText('snapshot.name', options.snapshot.name);
    checkInteger('snapshot.schemaVersion', options.snapshot.schemaVersion, 0, LAST_VERSION);
    checkInteger('snapshot.everyEvents', options.snapshot.everyEvents, 1);
  }
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt(store, decider, stream, command, options);
    } catch (error) {
      if (!(error instanceof VersionConflictError) || retry === maxRetries) throw error;
    }
  }
}

async function attempt<Tx, State, Command, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  decider: Decider<State, Command, Event>,
  stream: StreamId,
  command: Command,
  options: HandleCommandOptions<Tx>,
): Promise<CommandResult<State, Event>> {
  const { tenant, metadata } = options;
  const inTx = options.tx === undefined ? {} : { tx: options.tx };
  const loaded = await load(store, decider, stream, options);
  const events = decider.decide(command, loaded.state);
  if (events.length === 0) {
    const { state, version } = loaded;
    return { state, events, version, append: undefined, snapshot: { kind: 'none' } };
  }
  // Before the append: what fails behind it would fail a command that has written.
  const state = events.reduce((before, event) => decider.evolve(before, event), loaded.state);
  const fresh = events.map((event): NewEvent<Event> =>
    metadata === undefined ? event : { ...event, metadata },
  );
  const append = await store.append(stream, fresh, {
    expectedVersion: loaded.version,
    ...inTx,
    ...(tenant === undefined ? {} : { tenant }),
  });
  const version = append.toVersion;
  const snapshot = await keep(store, stream, { ...loaded, state, version }, options);
  return { state, events, version, append, snapshot };
}

/** Saves the snapshot when it is due. */
async function keep<Tx, State, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  stream: StreamId,
  { state, version, snapshotVersion }: Loaded<State>,
  { snapshot, tx }: HandleCommandOptions<Tx>,
): Promise<SnapshotOutcome> {
  if (snapshot === undefined || version - snapshotVersion < snapshot.everyEvents) {
    return { kind: 'none' };
  }
  const { name, schemaVersion, onFailure } = snapshot;
  try {
    const kept = { streamVersion: version, schemaVersion, state };
    await store.snapshots.save(stream, name, kept, tx === undefined ? {} : { tx });
    return { kind: 'saved' };
  } catch (error) {
    // The database's own errors abort the caller's transaction: nothing is written, and they must know.
    if (tx !== undefined && !(error instanceof InvalidSnapshotError)) throw error;
    callListener(() => onFailure?.(error));
    return { kind: 'failed', error };
  }
}

interface Loaded<State> {
  readonly state: State;
  readonly version: number;
  readonly snapshotVersion: number;
}

async function load<Tx, State, Command, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  { initialState, evolve }: Decider<State, Command, Event>,
  stream: StreamId,
  { tx, snapshot }: HandleCommandOptions<Tx>,
): Promise<Loaded<State>> {
  const inTx = tx === undefined ? {} : { tx };
  const kept =
    snapshot === undefined ? undefined : await store.snapshots.load(stream, snapshot.name, inTx);
  const isUsable = kept !== undefined && kept.schemaVersion === snapshot?.schemaVersion;
  const snapshotVersion = isUsable ? kept.streamVersion : 0;
  // The schema version vouches for the shape: `handleCommand` saved what the decider gave.
  const start: State = isUsable ? JSON.parse(JSON.stringify(kept.state)) : initialState();
  const events = await store.readStream(stream, { from: snapshotVersion + 1, ...inTx });
  const state = events.reduce((before, event) => evolve(before, event), start);
  return { state, version: snapshotVersion + events.length, snapshotVersion };
}
