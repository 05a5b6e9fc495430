import { z } from 'zod';
import { recordVersion } from './record-version.ts';

/**
 * The run record: one run as a stream of typed lines, one JSON object a line (NDJSON).
 *
 * Everything that a view shows comes from here, and nothing here depends on the machine: the same
 * seed and options give the same bytes everywhere. Wall time and memory stand beside the record.
 *
 * Times are `atMs`, virtual milliseconds since `run.started.startsAt`. Figures are rounded to three
 * decimals before they are written, so that no platform's printing of floats can tell runs apart.
 */
const atMs = z
  .number()
  .nonnegative()
  .describe('virtual milliseconds since startsAt of run.started');
const phase = z
  .string()
  .describe('id of the phase: the name of the implementation that runs in it');

/** How a figure is to be read and drawn. */
export const unitSchema = z.enum(['count', 'per-second', 'ms', 'ratio', 'usd', 'bytes']);

/** One series of the samples: the name is the key in `sample.values`. */
export const seriesSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  unit: unitSchema,
  chart: z.string().describe('id of the chart in which it is drawn'),
});

/** One chart: the series that name it share its axis. */
export const chartSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  unit: unitSchema,
  scale: z.enum(['linear', 'log']),
});

/** One figure of `phase.finished.summary`: how to label it, and which direction is better. */
export const metricSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  unit: unitSchema,
  better: z.enum(['lower', 'higher', 'neither']),
});

export const faultInfoSchema = z.strictObject({
  id: z.string().describe('unique in the run, e.g. "webhook-hang-1"'),
  service: z.string(),
  kind: z.enum(['hang', 'error', 'slow', 'reset', 'flap', 'duplicate', 'reorder', 'drop-response']),
  fromMs: z.number(),
  toMs: z.number(),
  label: z.string().describe('one line for people, e.g. "40 % of merchant webhooks hang"'),
});

const values = z.record(z.string(), z.number());

export const runStartedSchema = z.strictObject({
  type: z.literal('run.started'),
  v: z.literal(recordVersion),
  example: z.string().describe('name of the workspace package'),
  title: z.string(),
  scenario: z.string(),
  scenarioTitle: z.string(),
  seed: z.number().int(),
  startsAt: z.iso.datetime().describe('virtual wall-clock time (UTC) at atMs = 0'),
  durationMs: z.number().describe('virtual length of one phase, without the time to drain'),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  phases: z.array(z.strictObject({ id: z.string(), title: z.string(), flaw: z.string() })),
  charts: z.array(chartSchema),
  series: z.array(seriesSchema),
  metrics: z.array(metricSchema),
  commit: z.string().optional().describe('provenance only: left out of the hash'),
});

export const phaseStartedSchema = z.strictObject({
  type: z.literal('phase.started'),
  phase,
  title: z.string(),
  flaw: z.string().describe('the flaw of this implementation in one sentence, or what repairs it'),
  index: z.number().int(),
  of: z.number().int(),
});

export const faultStartedSchema = z.strictObject({
  type: z.literal('fault.started'),
  atMs,
  phase,
  fault: faultInfoSchema,
});

export const faultEndedSchema = z.strictObject({
  type: z.literal('fault.ended'),
  atMs,
  phase,
  fault: faultInfoSchema,
  fired: z.number().int().describe('calls that it changed'),
});

/** Something that a watcher detected in measurements. Never scripted. */
export const signalSchema = z.strictObject({
  type: z.literal('signal'),
  atMs,
  phase,
  name: z.string().describe('kebab-case, e.g. "pool-exhausted"'),
  severity: z.enum(['info', 'warning', 'critical']),
  text: z.string(),
  values,
});

/** Every virtual second: what was measured in that second, or is true at its end. */
export const sampleSchema = z.strictObject({ type: z.literal('sample'), atMs, phase, values });

/** Text for the reader, with no claim about measurements. */
export const storySchema = z.strictObject({
  type: z.literal('story'),
  atMs: atMs.optional(),
  phase: phase.optional(),
  text: z.string(),
});

export const checkSchema = z.strictObject({
  type: z.literal('check'),
  phase: phase.optional(),
  name: z.string(),
  title: z.string().describe('a sentence that is true when the check holds'),
  kind: z
    .enum(['invariant', 'objective', 'incident'])
    .describe('incident: the harm that this scenario is there to show'),
  ok: z.boolean(),
  expected: z.string(),
  observed: z.string(),
  firstViolation: z
    .strictObject({ atMs, text: z.string() })
    .optional()
    .describe('the first event that broke it'),
});

export const phaseFinishedSchema = z.strictObject({
  type: z.literal('phase.finished'),
  atMs,
  phase,
  summary: values,
});

/** Rows of a step-wise scenario (`scale`): one row a load step, measured beside predicted. */
export const tableSchema = z.strictObject({
  type: z.literal('table'),
  phase: phase.optional(),
  name: z.string(),
  title: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), label: z.string(), unit: unitSchema })),
  rows: z.array(z.record(z.string(), z.union([z.number(), z.string(), z.null()]))),
  note: z.string().optional(),
});

export const runFinishedSchema = z.strictObject({
  type: z.literal('run.finished'),
  verdict: z.enum(['as-expected', 'check-failed']),
  passed: z.number().int(),
  failed: z.number().int(),
  virtualMs: z.number().describe('virtual time of all phases together'),
  records: z.number().int().describe('lines before this one'),
  hash: z.string().describe('SHA-256 of the lines before this one, commit left out'),
  replay: z.string().describe('the command that replays this run'),
  next: z.string().describe('the command to try next'),
});

export const runRecordSchema = z.discriminatedUnion('type', [
  runStartedSchema,
  phaseStartedSchema,
  faultStartedSchema,
  faultEndedSchema,
  signalSchema,
  sampleSchema,
  storySchema,
  checkSchema,
  phaseFinishedSchema,
  tableSchema,
  runFinishedSchema,
]);

export type Unit = z.infer<typeof unitSchema>;
export type Series = z.infer<typeof seriesSchema>;
export type Chart = z.infer<typeof chartSchema>;
export type Metric = z.infer<typeof metricSchema>;
export type FaultInfo = z.infer<typeof faultInfoSchema>;
export type RunStarted = z.infer<typeof runStartedSchema>;
export type PhaseStarted = z.infer<typeof phaseStartedSchema>;
export type FaultStarted = z.infer<typeof faultStartedSchema>;
export type FaultEnded = z.infer<typeof faultEndedSchema>;
export type Signal = z.infer<typeof signalSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type Story = z.infer<typeof storySchema>;
export type Check = z.infer<typeof checkSchema>;
export type PhaseFinished = z.infer<typeof phaseFinishedSchema>;
export type Table = z.infer<typeof tableSchema>;
export type RunFinished = z.infer<typeof runFinishedSchema>;
export type RunRecord = z.infer<typeof runRecordSchema>;
