export {
  DeadlockError,
  LivelockError,
  RealIoError,
  RestoreError,
  SimulationActiveError,
  SimulationCancelledError,
  SimulationError,
  UncaughtErrorInSimulationError,
  UnhandledRejectionInSimulationError,
  VirtualTimeLimitError,
} from './errors.ts';
export { seedFaker, type SeedableFaker } from './faker.ts';
export { createRandom, type Random } from './random.ts';
export {
  currentSimulation,
  simulate,
  type SimulateOptions,
  type Simulation,
  type SimulationResult,
} from './simulate.ts';
