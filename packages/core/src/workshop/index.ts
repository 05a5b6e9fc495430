export {
  type AnyIncident,
  defineIncident,
  type Exercise,
  exerciseOf,
  type Hint,
  type Incident,
  type OwnRun,
} from './exercise.ts';
export { collectEvidence } from './mystery/collect-evidence.ts';
export { causesOf, type MysteryDraft } from './mystery/draw-mystery.ts';
export { type Evidence, evidenceSchema, type LogLine, type Outcome } from './mystery/evidence.ts';
export { type Answer, type Grade, gradeAnswer } from './mystery/grade-answer.ts';
export { type Known, knownRecord } from './mystery/known-record.ts';
export { type OpenedMystery, openMystery, type OpenOptions } from './mystery/open-mystery.ts';
export {
  brokenIn,
  mysteryStorm,
  proveMystery,
  type Proof,
  type ProvenMystery,
} from './mystery/prove-mystery.ts';
export {
  type CauseKind,
  causeKinds,
  type CausePart,
  type Truth,
  truthOf,
  truthSchema,
  visitors,
} from './mystery/truth.ts';
export { mostThrown } from './plain-hint.ts';
export { judgedRules, rehearse, type RuleVerdict, type Verdict } from './rehearse.ts';
export { wholeStorm } from './whole-storm.ts';
export { unseenStorm, type UnseenResult } from './unseen-storm.ts';
