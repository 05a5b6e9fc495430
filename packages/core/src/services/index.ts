export { type Channel, type ChannelMetrics, type ChannelOptions } from './channel.ts';
export type { CallOptions, Client, ClientMethod } from './client.ts';
export {
  type ConnectionPool,
  type ConnectionPoolMetrics,
  type ConnectionPoolOptions,
  createConnectionPool,
  type Lease,
  withConnection,
} from './connection-pool.ts';
export {
  CallCancelledError,
  CallError,
  ConnectionResetError,
  type FailureOutcome,
  FaultSyntaxError,
  type InputIssue,
  InvalidRequestError,
  PoolExhaustedError,
  PoolTimeoutError,
  ServiceError,
  type ServiceErrorCode,
  ServiceFailure,
  ServiceOverloadedError,
  ServiceTimeoutError,
  UnmockedUrlError,
} from './errors.ts';
export { type FaultInfo, faultInfo, faultLabel } from './fault-label.ts';
export {
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
export { identifyFaults } from './identify-faults.ts';
export { type Latency, meanLatencyMs } from './latency.ts';
export { type CertaintyOptions, makeCertain } from './make-certain.ts';
export type { Method } from './method.ts';
export { createNetwork, type Network, type NetworkOptions } from './network.ts';
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
export { type CallOutcome, settle } from './settle.ts';
export type { Hold } from './transport.ts';
export { validateFault } from './validate-fault.ts';
