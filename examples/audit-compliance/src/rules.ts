import { type Judged, plural, ruleWords } from '@firedrill/core/scenario';
import { tryTampering, type TamperingResult } from './log/tampering.ts';
import type { AuditResult } from './truth.ts';
import { careTeamRules } from './rules/care-team.ts';
import { offerRules } from './rules/offers.ts';
import { outcomeRules } from './rules/outcomes.ts';
import { ownLogRules } from './rules/own-log.ts';
import { retentionRules } from './rules/retention.ts';
import { sessionRules } from './rules/sessions.ts';
import { snooperRules } from './rules/snoopers.ts';
import { visitRules } from './rules/visits.ts';
import { repeatedEntries } from './truth/deposited.ts';
import type { Clinics } from './types.ts';

type Phase = Judged<Clinics>;

const {
  defineRules,
  invariant,
  noDefect,
  noUnhandledRejection,
  nothingLeftBehind,
  objective,
  usefulWork,
} = ruleWords<Clinics>();

/**
 * Longest 95th percentile of any five minutes, from the press to the answer, every outage included:
 * three seconds without power are one percent of five minutes, so the 99th could not say more than that.
 */
const answerP95Ms = 200;

const vital = ['records', 'calendar', 'kms', 'store', 'app-1', 'app-2', 'app-3'];

/** What must be true of an audit trail, whoever keeps it. */
export const rules = defineRules({
  'no-access-without-entry': invariant(
    'no access without its entry',
    'unrecorded access',
    (phase) => ({
      count: auditOf(phase).missing,
      detail: `of ${plural(phase.truth.totals.accesses, 'access')}`,
    }),
  ),
  'entry-before-access': invariant(
    'the entry is safe before anything is read or changed',
    'unannounced access',
    ({ truth }) => truth.totals.unannounced,
  ),
  'no-acknowledged-entry-lost': invariant(
    'no acknowledged entry is lost, crashes included',
    'lost entry',
    (phase) => {
      const { unrecorded, lost } = auditOf(phase);
      return {
        count: unrecorded + lost,
        detail: `${plural(unrecorded, 'answer')} without an entry, ${lost} stored entries missed`,
      };
    },
  ),
  'auditors-hear-soon': invariant(
    'the auditors have an entry half a minute after it was due and nothing stood in its way',
    'late entry',
    (phase) => auditOf(phase).late,
  ),
  'no-entry-twice': invariant('no entry stands twice', 'repeated entry', (phase) => {
    const { twice } = auditOf(phase);
    const inLog = repeatedEntries(phase.truth.log());
    return {
      count: twice + inLog,
      detail: `${twice} with the auditors, ${inLog} in the sealed log`,
    };
  }),
  'entry-as-answered': invariant(
    'an entry says who asked for what, and how it was answered',
    'misrecorded answer',
    (phase) => auditOf(phase).misrecorded,
  ),
  'denials-on-record': invariant(
    'denials are on record as carefully as grants',
    'unrecorded denial',
    (phase) => ({
      count: auditOf(phase).denialsUnrecorded,
      detail: `of ${plural(phase.truth.totals.denials, 'denial')}`,
    }),
  ),
  'tampering-found': invariant(
    'whatever is altered, removed, added or reordered in the log is found, and named',
    'undetected manipulation',
    (phase) => {
      const { tried, found, note } = tamperingOf(phase);
      return { count: tried === 0 ? 1 : tried - found, detail: note };
    },
  ),
  'lawful-only': invariant(
    'nobody sees whom role, purpose, care team or consent forbid',
    'unlawful access',
    ({ truth }) => truth.totals.unlawful,
  ),
  'lawful-served': invariant(
    'nobody is denied what the law allows',
    'wrong denial',
    ({ truth }) => truth.totals.wrongDenials,
  ),
  'minimum-necessary': invariant(
    'no field is shown that the purpose does not need',
    'needless field',
    ({ truth }) => truth.totals.fieldsTooMany,
  ),
  'true-record': invariant(
    'what is shown of a patient is what stands in the record, the newest note included',
    'false field',
    (phase) => auditOf(phase).falselyShown,
  ),
  'emergencies-reviewed': invariant(
    'every emergency access is reviewed',
    'unreviewed emergency',
    (phase) => {
      const { emergencies, unreviewed } = auditOf(phase);
      return { count: unreviewed, detail: `of ${plural(emergencies, 'emergency')}` };
    },
  ),
  'escalated-in-time': invariant(
    'an emergency that is not reviewed in time is escalated, and no other',
    'wrong escalation',
    (phase) => {
      const { unescalated, needlesslyEscalated } = auditOf(phase);
      return {
        count: unescalated + needlesslyEscalated,
        detail: `${unescalated} forgotten, ${needlesslyEscalated} in vain`,
      };
    },
  ),
  'nothing-readable': invariant(
    'nobody can read the database or its backups without the keys, nor an erased patient with them',
    'readable record',
    (phase) => {
      const { readable, erasedReadable } = auditOf(phase);
      return {
        count: readable + erasedReadable,
        detail: `${readable} without a key, ${erasedReadable} of ${phase.truth.totals.erased} erased patients`,
      };
    },
  ),
  'own-key': invariant(
    'every patient has a key of their own, wrapped by the newest master key soon after there is one',
    'wrong key',
    (phase) => {
      const { sharedKeys, staleKeys } = auditOf(phase);
      const count = sharedKeys + staleKeys;
      return {
        count,
        detail:
          count === 0 ? undefined : `${sharedKeys} shared, ${staleKeys} wrapped by an old one`,
      };
    },
  ),
  'one-holder': invariant(
    'no appointment is given to two',
    'double booking',
    (phase) => auditOf(phase).doubleBooked,
  ),
  'slots-handed-on': invariant(
    'a free appointment is given, and one that is freed goes to whoever has waited longest',
    'withheld appointment',
    (phase) => auditOf(phase).withheld,
  ),
  'follow-ups': invariant(
    'every reminder and every offer from the waitlist is sent',
    'unsent message',
    (phase) => auditOf(phase).unsent,
  ),
  'right-recipient': invariant(
    'a message goes to the number of its patient',
    'misdirected message',
    ({ truth }) => truth.totals.misdirected,
  ),
  'given-back': invariant(
    'nobody is reminded of an appointment that was given back',
    'needless reminder',
    ({ truth }) => truth.totals.remindedInVain,
  ),
  'reminded-in-time': invariant(
    'nobody is reminded before it is time',
    'early reminder',
    ({ truth }) => truth.totals.remindedTooEarly,
  ),
  'no-unhandled-rejection': noUnhandledRejection(),
  'no-defect': noDefect(),
  'nothing-left-behind': nothingLeftBehind('colleague'),

  ...careTeamRules,
  ...retentionRules,
  ...ownLogRules,
  ...sessionRules,
  ...offerRules,
  ...visitRules,
  ...outcomeRules,
  ...snooperRules,

  'staff-answered': usefulWork(
    'the staff gets an answer to what it asks for',
    'request',
    ({ measured }) => ({ done: measured.answered.total, due: measured.asked.total }),
    { atLeast: 0.999, needs: vital },
  ),
  'answer-p95': objective(
    'an answer takes less than 200 ms at the 95th percentile, throughout',
    ({ measured }) => measured.timeToAnswer.worstWindow(95),
    { under: answerP95Ms, unit: 'ms', of: 'in the worst five minutes', needs: vital },
  ),
});

const audits = new WeakMap<object, AuditResult>();

/** What the truth says of a finished phase; it is asked once. */
export function auditOf({ truth }: Pick<Phase, 'truth'>): AuditResult {
  const known = audits.get(truth) ?? truth.audit();
  audits.set(truth, known);
  return known;
}

const tamperings = new WeakMap<object, TamperingResult>();

/** What becomes of manipulations of the log that a finished phase has left; tried once. */
export function tamperingOf({ truth }: Pick<Phase, 'truth'>): TamperingResult {
  const log = truth.log();
  const isOurs = log?.publicKey === truth.publicKey;
  const known = tamperings.get(truth) ?? tryTampering(isOurs ? log : undefined, truth.tampering);
  tamperings.set(truth, known);
  return known;
}
