export {
  type Channel,
  type ChannelDefinition,
  type ChannelMetrics,
  type ChannelOptions,
  defineChannel,
  type Inbox,
} from './channel.ts';
export {
  type CallOptions,
  type Client,
  type ClientMethod,
  type Limited,
  noLimit,
  type NoLimit,
  withTimeout,
} from './client.ts';
export { copyData, frozenData } from './copy-data.ts';
export {
  canHaveShare,
  checkFaultTargets,
  faultKindsOf,
  faultProblem,
  operationsOf,
  type FaultTarget,
} from './fault-targets.ts';
export {
  AnswerCutError,
  CallCancelledError,
  CallError,
  ConnectionResetError,
  FaultSyntaxError,
  type InputIssue,
  InvalidRequestError,
  ServiceError,
  type ServiceErrorCode,
  ServiceFailure,
  ServiceOverloadedError,
  ServiceTimeoutError,
  UnmockedUrlError,
} from './errors.ts';
export { type FaultInfo, faultInfo, faultLabel } from './fault-label.ts';
export {
  type ClockFault,
  type CrashFault,
  type CutFault,
  type DribbleFault,
  type DropResponseFault,
  type DuplicateFault,
  type ErrorFault,
  type Fault,
  type FaultKind,
  faultKinds,
  type FlapFault,
  type HangFault,
  type IdentifiedFault,
  type ReorderFault,
  type ResetFault,
  type SlowFault,
} from './fault.ts';
export { formatFault } from './format-fault.ts';
export { identifyFaults } from './identify-faults.ts';
export { type Latency, meanLatencyMs } from './latency.ts';
export { isThenable } from './is-thenable.ts';
export { type Link, never, overLink } from './link.ts';
export type { Method } from './method.ts';
export { createNetwork, type Network, type NetworkOptions, type NetworkView } from './network.ts';
export { parseFault, type ParseFaultOptions } from './parse-fault.ts';
export type { ServiceStats } from './service-stats.ts';
export {
  defineService,
  type Operation,
  type Operations,
  type ServerCall,
  type Service,
  type ServiceLimits,
} from './service.ts';
export type { Hold } from './transport.ts';
export { validateFault } from './validate-fault.ts';
export { clearWay, type StoreWay, type Way } from './way.ts';
export { suggest } from './nearest.ts';
