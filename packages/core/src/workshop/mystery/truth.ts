import { z } from 'zod';
import { type Fault, faultKinds, faultLabel, identifyFaults } from '../../services/index.ts';
import { stormLine } from '../../swarm/index.ts';
import type { ProvenMystery } from './prove-mystery.ts';

/** What may be named as the kind of a cause: a kind of fault, or the load. */
export const causeKinds = [...faultKinds, 'load'] as const;
/** See {@link causeKinds}. */
export type CauseKind = (typeof causeKinds)[number];

/** Where the load comes from. */
export const visitors = 'visitors';

const text = z.string().max(4_000);
const ms = z.number().nonnegative();

/** What was hidden: what a group is graded by, and told at the end. */
export const truthSchema = z.strictObject({
  /** The cause in words. */
  cause: text,
  parts: z
    .array(
      z.strictObject({
        kind: z.enum(causeKinds),
        place: text.describe('name of a service, channel or process, or of the visitors'),
        fromMs: ms,
        toMs: ms,
        label: text.describe('for people: "webhooks: 40 % of calls hang"'),
      }),
    )
    .min(1)
    .max(50),
  /** Faults beside the point, for people. */
  beside: z.array(text).max(50),
  /** How it was proven, a sentence a trial. */
  proof: z.array(text).max(50),
  /** The command that runs it in the open. */
  replay: text,
});

/** See {@link truthSchema}. */
export type Truth = z.infer<typeof truthSchema>;
/** One part of a cause: what happened, where, and when (virtual ms since the start). */
export type CausePart = Truth['parts'][number];

/** What is hidden of a mystery. */
export function truthOf({
  example,
  implementation,
  cause,
  faults,
  load,
  seed,
  settings,
  proof,
}: ProvenMystery): Truth {
  const conditions = Object.values(cause.conditions);
  const ids = new Set(
    conditions.flatMap((condition) => ('faults' in condition ? condition.faults : [])),
  );
  const isOfCause = ({ id }: Fault): boolean => id !== undefined && ids.has(id);
  const rush = conditions.find((condition) => 'load' in condition);
  const { durationMs } = load;
  const identified = identifyFaults(faults);
  return {
    cause: cause.label,
    parts: [
      ...identified.filter(isOfCause).map(partOf),
      ...(rush === undefined
        ? []
        : [
            {
              kind: 'load' as const,
              place: visitors,
              // As the load of a spike is shaped; see `loadOf`.
              fromMs: durationMs / 4,
              toMs: (3 * durationMs) / 4,
              label: rush.label,
            },
          ]),
    ],
    beside: identified.filter((fault) => !isOfCause(fault)).map((fault) => faultLabel(fault)),
    proof: [...proof],
    replay: stormLine(
      example.name,
      { seed, load, settings, faults: identified },
      implementation.name,
    ),
  };
}

function partOf(fault: Fault): CausePart {
  const { kind, service, fromMs, toMs } = fault;
  return { kind, place: service, fromMs, toMs, label: faultLabel(fault) };
}
