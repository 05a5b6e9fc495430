import {
  type Example,
  lastedUntilMs,
  lastFaultEndMs,
  type Phase,
  worstWindow,
} from '@firedrill/core/scenario';
import { tryTampering, type TamperingResult } from './log/tampering.ts';
import type { Settings } from './settings.ts';
import type { ClinicSystem } from './system.ts';
import type { AuditResult } from './truth.ts';
import type { World } from './world.ts';

/** What is drawn, sampled and summarised: names here are names in the record. */

type Measurements = Pick<Example<Settings, World, ClinicSystem>, 'charts' | 'series' | 'metrics'>;
export type ClinicPhase = Phase<Settings, World, ClinicSystem>;

export const charts: Measurements['charts'] = [
  { id: 'rate', title: 'Requests', unit: 'per-second', scale: 'linear' },
  { id: 'latency', title: 'Time to the answer', unit: 'ms', scale: 'log' },
  { id: 'entries', title: 'Entries on their way', unit: 'count', scale: 'linear' },
  { id: 'lost', title: 'Entries lost with a process', unit: 'count', scale: 'linear' },
  { id: 'load', title: 'Requests and connections', unit: 'count', scale: 'linear' },
];

export const series: Measurements['series'] = [
  { name: 'requests', label: 'requests', unit: 'per-second', chart: 'rate' },
  { name: 'answered', label: 'answered', unit: 'per-second', chart: 'rate' },
  { name: 'retries', label: 'tried again', unit: 'per-second', chart: 'rate' },
  { name: 'answerP50Ms', label: 'p50', unit: 'ms', chart: 'latency' },
  { name: 'answerP99Ms', label: 'p99', unit: 'ms', chart: 'latency' },
  { name: 'unsaved', label: 'in memory alone', unit: 'count', chart: 'entries' },
  { name: 'backlog', label: 'safe, on the way to the auditors', unit: 'count', chart: 'entries' },
  { name: 'lostInMemory', label: 'lost in this second', unit: 'count', chart: 'lost' },
  { name: 'crashes', label: 'crashes', unit: 'count', chart: 'lost' },
  { name: 'requestsInFlight', label: 'requests in flight', unit: 'count', chart: 'load' },
  { name: 'poolInUse', label: 'connections in use', unit: 'count', chart: 'load' },
  { name: 'poolWaiting', label: 'waiting for one', unit: 'count', chart: 'load' },
];

export const metrics: Measurements['metrics'] = [
  { name: 'requests', label: 'requests of the staff', unit: 'count', better: 'neither' },
  { name: 'answeredRatio', label: 'staff answered', unit: 'ratio', better: 'higher' },
  { name: 'answerP50Ms', label: 'time to the answer, p50', unit: 'ms', better: 'lower' },
  { name: 'answerP99Ms', label: 'time to the answer, p99', unit: 'ms', better: 'lower' },
  {
    name: 'worstWindowP95Ms',
    label: 'time to the answer, p95 of the worst 5 minutes',
    unit: 'ms',
    better: 'lower',
  },
  { name: 'retries', label: 'staff trying again', unit: 'count', better: 'lower' },
  { name: 'crashes', label: 'crashes of a process', unit: 'count', better: 'neither' },
  { name: 'accesses', label: 'accesses to patients', unit: 'count', better: 'neither' },
  { name: 'entries', label: 'entries with the auditors', unit: 'count', better: 'neither' },
  { name: 'missing', label: 'accesses without any entry', unit: 'count', better: 'lower' },
  { name: 'missingRatio', label: 'of all accesses', unit: 'ratio', better: 'lower' },
  { name: 'lostInMemory', label: 'entries gone with a process', unit: 'count', better: 'lower' },
  { name: 'unsavedPeak', label: 'most entries in memory alone', unit: 'count', better: 'lower' },
  { name: 'unrecorded', label: 'answers without an entry', unit: 'count', better: 'lower' },
  { name: 'unannounced', label: 'accesses before their entry', unit: 'count', better: 'lower' },
  { name: 'twice', label: 'entries that stand twice', unit: 'count', better: 'lower' },
  { name: 'denials', label: 'requests denied', unit: 'count', better: 'neither' },
  { name: 'denialsUnrecorded', label: 'denials without an entry', unit: 'count', better: 'lower' },
  { name: 'unlawful', label: 'unlawful accesses granted', unit: 'count', better: 'lower' },
  {
    name: 'fieldsTooMany',
    label: 'fields shown beyond the purpose',
    unit: 'count',
    better: 'lower',
  },
  { name: 'emergencies', label: 'emergency accesses', unit: 'count', better: 'neither' },
  { name: 'unreviewed', label: 'of those never reviewed', unit: 'count', better: 'lower' },
  { name: 'unsent', label: 'reminders and offers not sent', unit: 'count', better: 'lower' },
  { name: 'readable', label: 'records that lie there as text', unit: 'count', better: 'lower' },
  { name: 'erased', label: 'patients erased', unit: 'count', better: 'neither' },
  { name: 'erasedReadable', label: 'of those still readable', unit: 'count', better: 'lower' },
  {
    name: 'tamperingTried',
    label: 'manipulations of the log tried',
    unit: 'count',
    better: 'neither',
  },
  { name: 'tamperingFound', label: 'of those found and named', unit: 'count', better: 'higher' },
  { name: 'seals', label: 'seals of the log', unit: 'count', better: 'neither' },
  { name: 'keysRotated', label: 'keys wrapped anew', unit: 'count', better: 'neither' },
  { name: 'unhandledRejections', label: 'unhandled rejections', unit: 'count', better: 'lower' },
  {
    name: 'recoveryMs',
    label: 'staff well again after the sink answers',
    unit: 'ms',
    better: 'lower',
  },
  {
    name: 'catchUpMs',
    label: 'auditors have everything after the sink is well',
    unit: 'ms',
    better: 'lower',
  },
];

export function summarize(phase: ClinicPhase): Record<string, number> {
  const { meter, world, system } = phase;
  const { totals } = world.services.truth;
  const found = auditOf(phase);
  const tampering = tamperingOf(phase);
  return {
    requests: meter.total('requests'),
    answeredRatio: answeredRatio(phase),
    answerP50Ms: meter.percentile('answer', 50),
    answerP99Ms: meter.percentile('answer', 99),
    worstWindowP95Ms: worstFiveMinutes(phase).valueMs,
    retries: meter.total('retries'),
    crashes: meter.total('crashes'),
    accesses: totals.accesses,
    entries: found.entries,
    missing: found.missing,
    missingRatio: found.missing / Math.max(1, totals.accesses),
    lostInMemory: meter.total('lostInMemory'),
    unsavedPeak: meter.peak('unsaved'),
    unrecorded: found.unrecorded,
    unannounced: totals.unannounced,
    twice: found.twice,
    denials: totals.denials,
    denialsUnrecorded: found.denialsUnrecorded,
    unlawful: totals.unlawful,
    fieldsTooMany: totals.fieldsTooMany,
    emergencies: found.emergencies,
    unreviewed: found.unreviewed,
    unsent: found.unsent,
    readable: found.readable,
    erased: totals.erased,
    erasedReadable: found.erasedReadable,
    tamperingTried: tampering.tried,
    tamperingFound: tampering.found,
    seals: meter.total('seals'),
    keysRotated: meter.total('keysRotated'),
    unhandledRejections: meter.total('unhandledRejections'),
    recoveryMs: recoveryMs(phase),
    ...(system.backlog && { catchUpMs: catchUpMs(phase) }),
  };
}

const audits = new WeakMap<object, AuditResult>();

/** What the truth says of a finished phase; it is asked once. */
export function auditOf({ world }: ClinicPhase): AuditResult {
  const { truth } = world.services;
  const known = audits.get(truth) ?? truth.audit();
  audits.set(truth, known);
  return known;
}

const tamperings = new WeakMap<object, TamperingResult>();

/** What becomes of manipulations of the log that a finished phase has left; tried once. */
export function tamperingOf({ context, system }: ClinicPhase): TamperingResult {
  const known =
    tamperings.get(system) ?? tryTampering(system.logFile?.(), context.random('tampering'));
  tamperings.set(system, known);
  return known;
}

/** Share of the wishes that were answered, be it by a denial. */
export function answeredRatio({ meter }: ClinicPhase): number {
  const asked = meter.total('asked');
  return asked === 0 ? 1 : meter.total('answered') / asked;
}

/** The five minutes with the highest 95th percentile of the time to the answer. */
export const worstFiveMinutes = ({ meter }: ClinicPhase) => worstWindow(meter, 'answer', 95);

/** Time from the end of the hanging to the last second in which an answer took long. */
const recoveryMs = ({ context, samples }: ClinicPhase): number =>
  lastedUntilMs(
    samples,
    lastFaultEndMs(context.faults.filter(({ kind }) => kind === 'hang')),
    ({ answerP50Ms = 0 }) => answerP50Ms > 1_000,
  );

/** A backlog below this is what is always on its way. */
const restingBacklog = 150;

/** Time from the end of the last fault of the sink to the last second with a backlog. */
const catchUpMs = ({ context, samples }: ClinicPhase): number =>
  lastedUntilMs(
    samples,
    lastFaultEndMs(
      context.faults.filter(({ service, kind }) => service === 'audit' && kind === 'error'),
    ),
    ({ backlog = 0 }) => backlog > restingBacklog,
  );
