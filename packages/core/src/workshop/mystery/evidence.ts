import { z } from 'zod';
import { unitSchema } from '../../scenario/record.ts';

/** Texts and lists are bounded: a sealed file comes from somebody else. */
const mostText = 2_000;
const mostItems = 5_000;
const text = z.string().max(mostText);
const atMs = z.number().nonnegative().describe('virtual ms since the start of the run');

/** One line of a log, as the callers of a service or a process wrote it. */
export const logLineSchema = z.strictObject({
  atMs,
  level: z.enum(['info', 'warn', 'error']),
  text,
});

/** A rule that did not hold. */
const brokenSchema = z.strictObject({
  name: text,
  title: text,
  expected: text,
  observed: text,
  firstAtMs: atMs.optional().describe('when it was broken first, where that is one moment'),
});

/** Figures by the names of the metrics of the example, and the rules that did not hold. */
const outcomeSchema = z.strictObject({
  figures: z.record(text, z.number()),
  broken: z.array(text).max(mostItems).describe('names of rules'),
});

/**
 * What a team can find out about an incident, and nothing of what caused it: faults, load and cause are not
 * in it. A game is played from it alone; what is asked for is shown, the rest is not.
 */
export const evidenceSchema = z.strictObject({
  example: text,
  title: text,
  startsAt: z.iso.datetime(),
  durationMs: z.number().positive(),
  implementation: text.describe('name of the one that is in production'),
  /** What it is said to be in one sentence: teams know their code. */
  about: text,
  /** Alerts, as watchers announced them from measurements. */
  alerts: z
    .array(z.strictObject({ atMs, severity: z.enum(['info', 'warning', 'critical']), text }))
    .max(mostItems),
  /** The signs: rules that did not hold because of the incident. */
  signs: z.array(brokenSchema).min(1).max(100),
  /** Rules that do not hold with or without it. */
  known: z.array(brokenSchema).max(100),
  parts: z
    .array(
      z.strictObject({ id: text, kind: z.enum(['process', 'service', 'channel', 'pool', 'own']) }),
    )
    .max(mostItems),
  metrics: z
    .array(
      z.strictObject({
        name: text,
        label: text,
        unit: unitSchema,
        points: z.array(z.tuple([atMs, z.number()])).max(mostItems),
      }),
    )
    .max(1_000),
  /** By the id of a part: what is in use, what there is of it, what waits. */
  states: z.record(
    text,
    z.array(z.tuple([atMs, z.number(), z.number().nullable(), z.number()])).max(mostItems),
  ),
  /** By service, channel or process. */
  logs: z.record(text, z.array(logLineSchema).max(mostItems)),
  /** What came out of the code as errors. */
  errors: z.array(logLineSchema).max(mostItems),
  settings: z.record(text, z.union([z.number(), z.boolean(), z.string().max(mostText)])),
  labels: z.record(text, z.strictObject({ label: text, unit: unitSchema })),
  /** The run itself, an ordinary day, and each other implementation in the same storm. */
  own: outcomeSchema,
  calm: outcomeSchema,
  others: z.record(text, outcomeSchema),
});

/** See {@link evidenceSchema}. */
export type Evidence = z.infer<typeof evidenceSchema>;
/** A line of a log. */
export type LogLine = z.infer<typeof logLineSchema>;
/** What a run came to. */
export type Outcome = z.infer<typeof outcomeSchema>;
