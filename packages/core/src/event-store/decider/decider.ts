import type { AnyEvent, DomainEvent } from '../event.ts';

/**
 * The rules of a stream, as pure functions (Chassaing 2021, "Functional event sourcing decider").
 * `decide` throws to refuse a command; an empty list says that there is nothing to do.
 */
export interface Decider<State, Command, Event extends AnyEvent = DomainEvent> {
  /** State before the first event. */
  readonly initialState: () => State;
  readonly decide: (command: Command, state: State) => readonly Event[];
  /** The state after an event. Refuses nothing: what is in the stream has happened. */
  readonly evolve: (state: State, event: Event) => State;
}
