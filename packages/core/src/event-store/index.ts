export type {
  AnyEvent,
  DomainEvent,
  EventMetadata,
  JsonValue,
  NewEvent,
  RecordedEvent,
  RecordedFields,
  StreamId,
} from './event.ts';
export type {
  AppendOptions,
  AppendResult,
  EventBatch,
  EventFilter,
  EventStore,
  ExpectedVersion,
  InlineProjection,
  ReadAllOptions,
  ReadStreamOptions,
  StorePositions,
} from './event-store.ts';
export type {
  BucketFailure,
  BucketId,
  BucketLease,
  BucketStatus,
  Generation,
  GenerationState,
  ProjectionDeadLetter,
  ProjectionStatus,
  ProjectionStorage,
  RegisteredProjection,
} from './projection-storage.ts';
export type { Snapshot, SnapshotStore } from './snapshot.ts';
export type {
  NewOutboxMessage,
  Outbox,
  OutboxDeadLetter,
  OutboxLease,
  OutboxMessage,
  OutboxStatus,
} from './outbox/outbox.ts';
export {
  defineEvents,
  type EventCatalogue,
  type EventDefinition,
  type EventDefinitions,
  type EventOf,
} from './catalogue/define-events.ts';
export {
  BucketCountMismatchError,
  DeadlockDetectedError,
  EventIdReusedError,
  type EventIssue,
  EventStoreError,
  InvalidEventError,
  InvalidSnapshotError,
  LeaseLostError,
  RebuildError,
  StoreClosedError,
  TransactionAbortedError,
  TransactionEndedError,
  TransactionRequiredError,
  UnknownProjectionError,
  UpcastError,
  VersionConflictError,
} from './errors.ts';
export { eventIdOf, newEventId } from './event-id.ts';
export { type LostOutcome, StoreUnavailableError } from './unavailable.ts';
export * from './projections/index.ts';
export {
  createMemoryEventStore,
  type MemoryEventStore,
  type MemoryEventStoreOptions,
} from './memory/memory-event-store.ts';
export { MemoryDatabase } from './memory/database.ts';
export type { MemoryTransaction } from './memory/transaction.ts';
export type { Decider } from './decider/decider.ts';
export {
  type CommandResult,
  handleCommand,
  type HandleCommandOptions,
  type SnapshotOutcome,
} from './decider/handle-command.ts';
export { createOutboxRelay, type OutboxRelay, type OutboxRelayOptions } from './outbox/relay.ts';
export type { RelayPass } from './outbox/relay-pass.ts';
export { InvalidMessageError, MessageIdReusedError, PublishTimeoutError } from './outbox/errors.ts';
