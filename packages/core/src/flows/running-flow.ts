import type { EventOf, FlowLetter, FlowTypes, NewDataOf } from './step.ts';

/** The id of an event, and how many ms it waits. */
export interface PublishOptions {
  /**
   * Of two events with one id only the first counts: give the id of the order or of the request, so
   * that whoever is not sure whether it arrived can publish it again. Default: a new one.
   */
  readonly id?: string;
  /** How long it is held back, in ms. Default 0. */
  readonly delayMs?: number;
}

/** What became of an event that was published. */
export interface Published {
  readonly id: string;
  /** False when an event with this id was published before: this one changed nothing. */
  readonly isNew: boolean;
}

/** How many deliveries are in each state, of all processes together. */
export interface FlowCounts {
  /** Could be worked on now, and wait for a worker or for their turn. */
  readonly waiting: number;
  /** Wait for their time: held back, or between two attempts. */
  readonly delayed: number;
  readonly active: number;
  /** Done since the beginning. */
  readonly done: number;
  /** Dead letters that are there now. */
  readonly dead: number;
}

/** What has died, and how to try it again. */
export interface FlowDeadLetters {
  list(): Promise<readonly FlowLetter[]>;
  /** Sends them to their steps again, with fresh attempts. @returns how many. */
  replay(filter?: (letter: FlowLetter) => boolean): Promise<number>;
}

/** A flow in one process. Engines differ in how they bring events to steps, and in nothing else. */
export interface RunningFlow<F extends FlowTypes> {
  /**
   * Takes an event in. Once this resolves, every step that listens to it will have done its work, or
   * there is a dead letter.
   *
   * @throws InvalidEventError when the data does not match the schema; FlowStoppedError after `stop`.
   */
  publish<Name extends EventOf<F>>(
    event: Name,
    data: NewDataOf<F, Name>,
    options?: PublishOptions,
  ): Promise<Published>;
  readonly deadLetters: FlowDeadLetters;
  /** The entry of a table, as it was last committed. */
  read<Table extends keyof F['tables'] & string>(
    table: Table,
    key: string,
  ): Promise<F['tables'][Table] | undefined>;
  counts(): Promise<FlowCounts>;
  /** Whether it can take events in: a sentence when it cannot. */
  health(): Promise<
    { readonly isHealthy: true } | { readonly isHealthy: false; readonly cause: string }
  >;
  /** Resolves when nothing waits, runs, or is held back, in any process. */
  onIdle(): Promise<void>;
  /** Takes nothing new, finishes what runs here, and leaves the rest to others. */
  stop(): Promise<void>;
  /** Takes nothing new here, waits until everything is done, and stops. */
  close(): Promise<void>;
}
