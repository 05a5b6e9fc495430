export type { Finding, Rule, RuleKind, Rules, RuleSpec } from './rule.ts';
export type { Harm, Limit, Share } from './statements.ts';
export { ruleWords } from './words.ts';
