import { checkInteger, checkText, LAST_VERSION } from './checks.ts';
import { type EventIssue, InvalidSnapshotError } from './errors.ts';
import type { StreamId } from './event.ts';
import { toJson } from './json.ts';

/** The state of a stream at one of its versions, so that loading need not start at its first event. */
export interface Snapshot<State = unknown> {
  /** Version of the stream whose state it is. */
  readonly streamVersion: number;
  /** Version of the state's shape: one that the code no longer knows is not used. */
  readonly schemaVersion: number;
  /** A value that JSON gives back as it was: plain objects, lists, texts, numbers, flags and null. */
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
  /**
   * Keeps the snapshot, unless there is one of a later stream version with the same schema version.
   *
   * @throws InvalidSnapshotError when JSON cannot give the state back as it is. Nothing was sent.
   */
  save(
    stream: StreamId,
    name: string,
    snapshot: Snapshot,
    options?: { readonly tx?: Tx },
  ): Promise<void>;
}

/**
 * Checks a snapshot before it is kept.
 *
 * @throws RangeError naming the part that is out of range. @throws InvalidSnapshotError when JSON cannot
 *   give the state back as it is.
 */
export function prepareSnapshot(
  name: string,
  { streamVersion, schemaVersion, state }: Snapshot,
): { readonly json: string } {
  checkText('name', name);
  checkInteger('streamVersion', streamVersion, 0, LAST_VERSION);
  checkInteger('schemaVersion', schemaVersion, 0, LAST_VERSION);
  const refuse = (issue: EventIssue): Error => new InvalidSnapshotError(name, issue);
  return { json: toJson(state, refuse, { isExact: true }) };
}
