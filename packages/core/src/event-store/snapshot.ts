import type { StreamId } from './event.ts';

/** The state of a stream at one of its versions, so that loading need not start at its first event. */
export interface Snapshot<State = unknown> {
  /** Version of the stream whose state it is. */
  readonly streamVersion: number;
  /** Version of the state's shape: one that the code no longer knows is not used. */
  readonly schemaVersion: number;
  /** A value that JSON can hold. */
  readonly state: State;
}

/** Snapshots of streams, one for each stream and name. They are a cache: losing one costs time only. */
export interface SnapshotStore<Tx> {
  /** `name` tells the states of several deciders of one stream apart. */
  load(
    stream: StreamId,
    name: string,
    options?: { readonly tx?: Tx },
  ): Promise<Snapshot | undefined>;
  /** Keeps the snapshot, unless there is one of a later stream version with the same schema version. */
  save(
    stream: StreamId,
    name: string,
    snapshot: Snapshot,
    options?: { readonly tx?: Tx },
  ): Promise<void>;
}
