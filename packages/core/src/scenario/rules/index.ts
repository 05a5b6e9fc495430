export type { Examined } from './detected.ts';
export {
  type Finding,
  type LimitedSample,
  type Rule,
  type RuleKind,
  type Rules,
  rulesFor,
  type RuleSpec,
} from './rule.ts';
export type { Harm, Limit, Share } from './statements.ts';
export { ruleWords } from './words.ts';
