export {
  type AnyIncident,
  defineIncident,
  type Exercise,
  exerciseOf,
  type Hint,
  type Incident,
  type OwnRun,
} from './exercise.ts';
export { mostThrown } from './plain-hint.ts';
export { judgedRules, rehearse, type RuleVerdict, type Verdict } from './rehearse.ts';
export { unseenStorm, type UnseenResult } from './unseen-storm.ts';
