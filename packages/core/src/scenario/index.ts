export { isNextStep, kneeOf, lastedUntilMs, lastFaultEndMs, timeWhileMs } from './analysis.ts';
export type { Charts, ChartSpec } from './chart.ts';
export type {
  Clock,
  Note,
  ProcessInfo,
  SystemContext,
  Telemetry,
  WorldContext,
} from './context.ts';
export {
  defineExample,
  findImplementation,
  implementationsOf,
  repairedOf,
  titleOf,
  type AnyExample,
  type AnyImplementation,
  type DefinedExample,
  type Example,
  type SwarmOptions,
  type Visit,
  type World,
} from './example.ts';
export {
  measuredShare,
  type MeasuredShare,
  type OperatingPoint,
  operatingPoint,
  precisionAt,
  type Scored,
  sweep,
} from './detector.ts';
export { type Explanation, figureText, type Lesson, type Link, littlesLaw } from './explanation.ts';
export { faultTargets, worldOf } from './fault-targets.ts';
export { faultsSince } from './faults-since.ts';
export type { Figure, Figures } from './figure.ts';
export {
  formatClock,
  formatDuration,
  formatName,
  formatValue,
  plural,
  pluralOf,
} from './format.ts';
export type { Implementation } from './implementation.ts';
export { formatLoad, type LoadSpec, parseLoad } from './load-spec.ts';
export type { Judged, Sampled } from './judged.ts';
export {
  type Counter,
  counter,
  defineMeasures,
  type Gauge,
  gauge,
  type Histogram,
  histogram,
  type HistogramReading,
  type Measure,
  type Measured,
  type Measures,
  type Meter,
  type Second,
  type SecondReading,
} from './measures/index.ts';
export type { Transport } from './open-world.ts';
export {
  type Declarations,
  definePool,
  definePort,
  defineReference,
  type Outside,
  type PoolReading,
  type PortContext,
} from './outside/index.ts';
export { onOff } from './on-off.ts';
export type { PartState } from './parts.ts';
export type {
  Chart,
  Metric,
  RunFinished,
  RunRecord,
  RunStarted,
  Series,
  Table,
  Unit,
} from './record.ts';
export { recordLine } from './recorder.ts';
export {
  type Examined,
  type Finding,
  type Harm,
  type Limit,
  type Rule,
  type RuleKind,
  type Rules,
  type RuleSpec,
  ruleWords,
  type Share,
} from './rules/index.ts';
export { runScenario, type RunOptions } from './run.ts';
export {
  type Cause,
  type Condition,
  type Row,
  type ScaleCheck,
  type ScaleScenario,
  type ScaleStep,
  type Scenario,
  type ScenarioName,
  scenarioNames,
  type Due,
  type Storm,
  type StormScenario,
} from './scenario.ts';
export { type LazyName, lazySystems } from './system/lazy.ts';
export { ProcessCrashedError, ProcessDownError } from './system/errors.ts';
export type { Thrown } from './thrown.ts';
export type { TimeSource } from './time-source.ts';
export type { ClosableSystem, ExampleTypes } from './types.ts';
export { verify, type Verification } from './verify.ts';
export { defineSignals, type WatchedSecond, type Watcher } from './watcher.ts';
export { WorkTally } from './work-tally.ts';
