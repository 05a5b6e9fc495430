export type {
  AttemptEnd,
  AttemptWatch,
  FlowLogEntry,
  FlowObserver,
  TraceContext,
} from './observer.ts';
export {
  EndlessChainError,
  FlowStoppedError,
  InterruptedTooOftenError,
  InvalidEventError,
  PermanentError,
  StepTimeoutError,
} from './errors.ts';
export type { FlowDependencies } from './perform.ts';
export { type Flow, type FlowOptions, type FlowWords, flowWords, type Schedule } from './flow.ts';
export type { FlowEvent } from './flow-event.ts';
export type {
  FlowCounts,
  FlowDeadLetters,
  Published,
  PublishOptions,
  RunningFlow,
} from './running-flow.ts';
export type { InputOf, OutputOf, StandardSchema } from './standard-schema.ts';
export type {
  DataOf,
  DeathReason,
  EventOf,
  FlowLetter,
  FlowTypes,
  Idempotence,
  NewDataOf,
  NextEvent,
  Step,
  StepBreaker,
  StepOptions,
  StepResult,
  StepRetry,
} from './step.ts';
export type { LogLevel, StepContext, Tables } from './step-context.ts';
export {
  createMemoryBroker,
  type MemoryBroker,
  type MemoryBrokerOptions,
  type MemoryConnection,
} from './memory/memory-broker.ts';
export { checkData } from './perform.ts';
export { type MemoryFlowOptions, runInMemory } from './memory/memory-engine.ts';
