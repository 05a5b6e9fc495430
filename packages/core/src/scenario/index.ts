export {
  isNextStep,
  kneeOf,
  lastedUntilMs,
  lastFaultEndMs,
  timeWhileMs,
  worstWindow,
} from './analysis.ts';
export { noUnhandledRejection, nothingLeftBehind } from './common-rules.ts';
export {
  defineExample,
  scenarioNames,
  type AnyExample,
  type ClosableSystem,
  type Example,
  type Implementation,
  type Phase,
  type PhaseContext,
  type PhaseSample,
  type Role,
  type Rule,
  type ScaleCheck,
  type ScaleScenario,
  type ScaleStep,
  type Scenario,
  type ScenarioName,
  type Storm,
  type StormScenario,
  type Visit,
} from './example.ts';
export { type PatientOutcome, withPatience } from './patience.ts';
export type { Meter, WindowPercentile } from './meter.ts';
export { inSeconds, valueOf } from './signal-text.ts';
export type { Announcement, SampleValues, Watcher } from './watcher.ts';
export type {
  Chart,
  Check,
  Metric,
  RunFinished,
  RunRecord,
  RunStarted,
  Series,
  Table,
  Unit,
} from './record.ts';
export { recordLine } from './recorder.ts';
export { runScenario, type RunOptions } from './run.ts';
export type { Transport } from './open-phase.ts';
export { verify, type Verification } from './verify.ts';
