/** A value that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** What happened, as a decider says it: a type in the past tense and its payload. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  /** The payload: a value that JSON can hold. The store does not keep the order of its keys. */
  readonly data: Data;
}

/** Any domain event. Its payload is unknown. */
export type AnyEvent = DomainEvent;

/** The events of one thing with a life of its own: an order, a patient's record. */
export interface StreamId {
  /** What kind of thing, e.g. `order`. Not empty. */
  readonly category: string;
  /** Which of them. Unique in its category. Not empty. */
  readonly id: string;
}

/** What is noted about an event beside its payload. Values must be JSON. */
export interface EventMetadata {
  /** The business transaction that it belongs to: the same from the first request to the last effect. */
  readonly correlationId?: string;
  /** The event or command that caused it. */
  readonly causationId?: string;
  readonly [key: string]: JsonValue | undefined;
}

/** An event that is to be appended. */
export type NewEvent<Event extends AnyEvent = AnyEvent> = Event & {
  /** A UUID. Appending it again does nothing. Default: a new one of version 7. */
  readonly eventId?: string;
  readonly metadata?: EventMetadata;
};

/** What the store knows of an event beside its type and payload. */
export interface RecordedFields {
  readonly eventId: string;
  readonly stream: StreamId;
  /** 1 for the first event of its stream, and then without gaps. */
  readonly streamVersion: number;
  /** Place in the order of the whole store. Grows, with gaps. */
  readonly position: number;
  /** Version of the payload's shape: what reading gives is the newest that the catalogue knows. */
  readonly schemaVersion: number;
  /** Whose event it is; empty when the append named nobody. */
  readonly tenant: string;
  /** Hash of the stream: 0 to the store's bucket count, exclusive. */
  readonly bucket: number;
  readonly metadata: EventMetadata;
  /** When it was appended, which is not when it was committed. */
  readonly recordedAt: Date;
}

/** An event as it stands in the store. It never changes. */
export type RecordedEvent<Event extends AnyEvent = AnyEvent> = Event & RecordedFields;
