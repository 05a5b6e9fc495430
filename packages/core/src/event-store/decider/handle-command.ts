import { checkInteger } from '../checks.ts';
import { VersionConflictError } from '../errors.ts';
import type { AnyEvent, EventMetadata, NewEvent, StreamId } from '../event.ts';
import type { AppendResult, EventStore } from '../event-store.ts';
import type { Decider } from './decider.ts';

export interface HandleCommandOptions<Tx> {
  /** Times that the command is decided anew when somebody else was faster. Default: 3. */
  readonly maxRetries?: number;
  /** The caller's transaction. Default: one for each attempt. */
  readonly tx?: Tx;
  readonly tenant?: string;
  readonly metadata?: EventMetadata;
  /**
   * Keeps the state, so that long streams load fast. Default: no snapshots. The state must be JSON.
   */
  readonly snapshot?: {
    /** Tells the states of several deciders of one stream apart. */
    readonly name: string;
    /** Version of the state's shape: change it with the shape, and old snapshots are not used. */
    readonly schemaVersion: number;
    /** A snapshot is saved after this many events since the last. At least 1. */
    readonly everyEvents: number;
  };
}

/** What a command did. */
export interface CommandResult<State, Event extends AnyEvent> {
  readonly state: State;
  readonly events: readonly Event[];
  /** Version of the stream afterwards. */
  readonly version: number;
  /** `undefined` when there was nothing to append. */
  readonly append: AppendResult | undefined;
}

/**
 * Loads the state of a stream, decides, and appends what was decided to the version that was loaded.
 * On a conflict it begins again; in the caller's transaction too, as a conflict leaves that usable.
 *
 * @throws What `decide` throws. @throws VersionConflictError when the retries are used up.
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
  const { tenant, metadata, snapshot } = options;
  const inTx = options.tx === undefined ? {} : { tx: options.tx };
  const loaded = await load(store, decider, stream, options);
  const events = decider.decide(command, loaded.state);
  if (events.length === 0) {
    return { state: loaded.state, events, version: loaded.version, append: undefined };
  }
  const fresh = events.map((event): NewEvent<Event> =>
    metadata === undefined ? event : { ...event, metadata },
  );
  const append = await store.append(stream, fresh, {
    expectedVersion: loaded.version,
    ...inTx,
    ...(tenant === undefined ? {} : { tenant }),
  });
  const state = events.reduce((before, event) => decider.evolve(before, event), loaded.state);
  const version = append.toVersion;
  if (snapshot !== undefined && version - loaded.snapshotVersion >= snapshot.everyEvents) {
    const { name, schemaVersion } = snapshot;
    await store.snapshots.save(
      stream,
      name,
      { streamVersion: version, schemaVersion, state },
      inTx,
    );
  }
  return { state, events, version, append };
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
