export {
  DeadlockError,
  LivelockError,
  RealIoError,
  RestoreError,
  SimulationActiveError,
  SimulationCancelledError,
  SimulationError,
  SimulationSupersededError,
  UncaughtErrorInSimulationError,
  UnhandledRejectionInSimulationError,
  VirtualTimeLimitError,
} from './errors.ts';
export { seedFaker, type SeedableFaker } from './faker.ts';
export type { Sha256 } from './host/host.ts';
export { createRandom, type Random } from './random.ts';
export { createSha256 } from './sha256.ts';
export { sourceStack } from './source-stack.ts';
export {
  currentSimulation,
  simulate,
  type SimulateOptions,
  type Simulation,
  type SimulationResult,
} from './simulate.ts';
