import { z } from 'zod';
import { faultKinds } from '../services/index.ts';
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
  ownWord: z
    .literal(true)
    .optional()
    .describe('the system says so of itself; nothing is judged by it'),
});

/** One chart: the series that name it share its axis. */
export const chartSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  unit: unitSchema,
  scale: z.enum(['linear', 'log']),
  isAside: z
    .literal(true)
    .optional()
    .describe('what a view without room for all charts leaves out first'),
});

/** One figure of `phase.finished.summary`: how to label it, and which direction is better. */
export const metricSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  unit: unitSchema,
  better: z.enum(['lower', 'higher', 'neither']),
  rule: z.string().optional().describe('name of the check that this figure decides'),
});

/** A fault; times in virtual ms since the start of its phase. */
export const faultInfoSchema = z.strictObject({
  id: z.string().describe('unique in the run, e.g. "webhook-hang-1"'),
  service: z.string(),
  kind: z.enum(faultKinds),
  fromMs: z.number(),
  toMs: z.number(),
  label: z.string().describe('one line for people, e.g. "40 % of merchant webhooks hang"'),
});

const values = z.record(z.string(), z.number());

/** The first record: what is run, with which options, and what will be measured. Times in virtual ms. */
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

/** An implementation begins its run. */
export const phaseStartedSchema = z.strictObject({
  type: z.literal('phase.started'),
  phase,
  title: z.string(),
  flaw: z.string().describe('the flaw of this implementation in one sentence, or what repairs it'),
  index: z.number().int(),
  of: z.number().int(),
  role: z.enum(['broken', 'repaired']).optional().describe('what the scenario declares of it'),
});

/** A fault begins. */
export const faultStartedSchema = z.strictObject({
  type: z.literal('fault.started'),
  atMs,
  phase,
  fault: faultInfoSchema,
});

/** A fault is over. */
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

/** The state of a part of a system at one moment. */
export const partStateSchema = z.strictObject({
  used: z.number().describe('connections on loan, calls in flight, tasks at work, breakers open'),
  of: z.number().optional().describe('how much there is; left out where it has no bound'),
  waiting: z.number().optional().describe('what waits for it'),
});

/** Every virtual second: what was measured in that second, or is true at its end. */
export const sampleSchema = z.strictObject({
  type: z.literal('sample'),
  atMs,
  phase,
  values,
  parts: z
    .record(z.string(), partStateSchema)
    .optional()
    .describe('states of the parts that changed since the sample before, by their ids'),
});

/** What a system is made of and what it can reach: enough to draw it. */
export const partsSchema = z.strictObject({
  type: z.literal('parts'),
  phase,
  parts: z.array(
    z.strictObject({
      id: z.string(),
      kind: z
        .enum(['process', 'service', 'channel', 'pool', 'own'])
        .describe('own: declared by the system itself, such as a lane or its breakers'),
    }),
  ),
  links: z.array(z.strictObject({ from: z.string(), to: z.string() })).describe('ids of parts'),
});

/** Text for the reader, with no claim about measurements. */
export const storySchema = z.strictObject({
  type: z.literal('story'),
  atMs: atMs.optional(),
  phase: phase.optional(),
  text: z.string(),
});

/** A rule and what was observed of it. */
export const checkSchema = z.strictObject({
  type: z.literal('check'),
  phase: phase.optional(),
  name: z.string(),
  title: z.string().describe('a sentence that is true when the check holds'),
  kind: z
    .enum(['invariant', 'objective', 'useful-work', 'sign'])
    .describe('sign: what the incident of this scenario looks like'),
  ok: z.boolean().describe('whether the sentence is true of this phase, whatever was expected'),
  expected: z.string(),
  observed: z.string(),
  value: z.number().optional().describe('the figure that decides'),
  unit: unitSchema.optional(),
  firstViolation: z
    .strictObject({ atMs, text: z.string() })
    .optional()
    .describe('the first event that broke it'),
});

/** What a phase came to, and whether that is what the scenario declares. */
export const verdictSchema = z.strictObject({
  type: z.literal('verdict'),
  phase,
  outcome: z.enum(['broken', 'survived']),
  declared: z
    .enum(['broken', 'survived'])
    .describe('what the scenario declares for the role in which this implementation ran'),
  isAsDeclared: z.boolean(),
  broken: z.array(z.string()).describe('names of the checks that do not hold'),
  missingSigns: z.array(z.string()).describe('names of the signs that are not there'),
  text: z.string(),
});

/** What came out of an implementation as errors: mistakes in the code first. */
export const thrownSchema = z.strictObject({
  type: z.literal('thrown'),
  phase,
  errors: z.array(
    z.strictObject({
      name: z.string(),
      message: z.string(),
      place: z.string().optional().describe('in the source: file and line'),
      count: z.number().int(),
      firstAtMs: z.number(),
      via: z.enum(['answer', 'telemetry', 'unhandled']),
      isDefect: z.boolean().describe('a mistake in the code, not a failure of the world'),
    }),
  ),
});

/** The chain from cause to victim, and what it teaches; every figure is of this run. */
export const explanationSchema = z.strictObject({
  type: z.literal('explanation'),
  phase,
  chain: z.array(
    z.strictObject({
      kind: z.enum(['cause', 'resource', 'arithmetic', 'victim', 'code', 'persistence']),
      text: z.string(),
    }),
  ),
  lessons: z.array(z.string()),
});

/** The incident with some of its conditions taken away: what that does to the signs. */
export const trialSchema = z.strictObject({
  type: z.literal('trial'),
  phase,
  kind: z.enum(['without-cause', 'cause-alone', 'part-of-cause', 'without-one', 'one-alone']),
  conditions: z.array(z.string()).describe('labels of the conditions that were left in'),
  signs: z.array(
    z.strictObject({
      name: z.string(),
      isPresent: z.boolean(),
      observed: z.string(),
      usual: z.string().describe('what was observed in the run itself'),
    }),
  ),
  isAsClaimed: z.boolean(),
  text: z.string().describe('e.g. "without webhooks hanging: the freeze is 0 s instead of 516 s"'),
});

/** Whether the cause that a scenario names is the cause. */
export const proofSchema = z.strictObject({
  type: z.literal('proof'),
  phase,
  cause: z.string(),
  isProven: z.boolean(),
  text: z.string(),
});

/** How late the repaired system may take over, and the incident is still averted. */
export const pointOfNoReturnSchema = z.strictObject({
  type: z.literal('point-of-no-return'),
  phase,
  repaired: z.string().describe('name of the implementation that takes over'),
  latestMs: z
    .number()
    .nullable()
    .describe('virtual ms since the start; null when it averts nothing, however early'),
  resolutionMs: z.number().describe('how near the moment is found, in virtual ms'),
  text: z.string(),
});

/** A changed run beside the one without the changes. */
export const comparisonSchema = z.strictObject({
  type: z.literal('comparison'),
  phase,
  against: z.string().describe('what it is compared with, e.g. "the default run"'),
  rows: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      unit: unitSchema,
      before: z.number().nullable(),
      after: z.number().nullable(),
      change: z.enum(['better', 'worse', 'same', 'other']),
    }),
  ),
  text: z.string(),
});

/** A phase is over: its figures, by metric. */
export const phaseFinishedSchema = z.strictObject({
  type: z.literal('phase.finished'),
  atMs,
  phase,
  summary: values.describe(
    'figures by the names in run.started.metrics; none where nothing was measured',
  ),
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

/** The last record: whether the run came out as declared, its hash, and the line that replays it. */
export const runFinishedSchema = z.strictObject({
  type: z.literal('run.finished'),
  isAsDeclared: z.boolean().describe('whether every phase came out as the scenario declares'),
  reason: z.string().describe('why, in a sentence'),
  virtualMs: z.number().describe('virtual time of all phases together'),
  records: z.number().int().describe('lines before this one'),
  hash: z.string().describe('SHA-256 of the lines before this one, commit left out'),
  replay: z.string().describe('the command that replays this run'),
  next: z.string().describe('the command to try next'),
});

/** Any line of a run, told apart by `type`. What fits none is a ZodError of `parse`. */
export const runRecordSchema = z.discriminatedUnion('type', [
  runStartedSchema,
  phaseStartedSchema,
  faultStartedSchema,
  faultEndedSchema,
  signalSchema,
  partsSchema,
  sampleSchema,
  storySchema,
  checkSchema,
  verdictSchema,
  thrownSchema,
  explanationSchema,
  trialSchema,
  proofSchema,
  pointOfNoReturnSchema,
  comparisonSchema,
  phaseFinishedSchema,
  tableSchema,
  runFinishedSchema,
]);

/** The unit of a figure. */
export type Unit = z.infer<typeof unitSchema>;
/** A line of a chart, with its unit. */
export type Series = z.infer<typeof seriesSchema>;
/** A chart of a run: which series it shows together. */
export type Chart = z.infer<typeof chartSchema>;
/** A figure of the summary of a phase, with its unit and which way is better. */
export type Metric = z.infer<typeof metricSchema>;
/** A fault of a run; times in virtual ms since the start of its phase. */
export type FaultInfo = z.infer<typeof faultInfoSchema>;
/** The first record of a run: what is run, with which options, and what will be measured. */
export type RunStarted = z.infer<typeof runStartedSchema>;
/** An implementation begins its run. */
export type PhaseStarted = z.infer<typeof phaseStartedSchema>;
/** A fault begins. */
export type FaultStarted = z.infer<typeof faultStartedSchema>;
/** A fault is over, with the number of calls that it changed. */
export type FaultEnded = z.infer<typeof faultEndedSchema>;
/** Something that a watcher detected in measurements. */
export type Signal = z.infer<typeof signalSchema>;
/** What was measured in one virtual second. */
export type Sample = z.infer<typeof sampleSchema>;
/** Text for the reader. */
export type Story = z.infer<typeof storySchema>;
/** What a system is made of and what it can reach. */
export type Parts = z.infer<typeof partsSchema>;
/** What a phase came to, beside what the scenario declares. */
export type Verdict = z.infer<typeof verdictSchema>;
/** The errors that came out of an implementation. */
export type ThrownRecord = z.infer<typeof thrownSchema>;
/** The chain from cause to victim, and its lessons. */
export type ExplanationRecord = z.infer<typeof explanationSchema>;
/** The incident with some of its conditions taken away. */
export type Trial = z.infer<typeof trialSchema>;
/** Whether the cause that a scenario names is the cause. */
export type Proof = z.infer<typeof proofSchema>;
/** How late (virtual ms) the repaired system may take over. */
export type PointOfNoReturn = z.infer<typeof pointOfNoReturnSchema>;
/** A changed run beside the one without the changes. */
export type Comparison = z.infer<typeof comparisonSchema>;
/** A rule and what was observed of it, in one phase. */
export type Check = z.infer<typeof checkSchema>;
/** A phase is over, with its summary. */
export type PhaseFinished = z.infer<typeof phaseFinishedSchema>;
/** A table of a step-wise scenario, as {@link tableSchema} describes it. */
export type Table = z.infer<typeof tableSchema>;
/** The last record of a run: whether it came out as declared, its hash, and the line that replays it. */
export type RunFinished = z.infer<typeof runFinishedSchema>;
/** One line of a run, told apart by `type`. */
export type RunRecord = z.infer<typeof runRecordSchema>;
