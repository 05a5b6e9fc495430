/** What of this room names nothing of Node, for a run that is planned in a browser. */
export { UsageError } from './errors.ts';
export { escaped } from './escaped.ts';
export type { ReadValue } from './read-value.ts';
export { refuseWithout } from './refuse-without.ts';
export { defaultSeed } from './seed.ts';
export { shellQuoted } from './shell-quoted.ts';
export { startCommand } from './start-command.ts';
export { choose } from './suggest.ts';
export {
  atLeast,
  ceiling,
  count,
  oneOf,
  percentile,
  positive,
  type ReadNumber,
  share,
} from './values.ts';
