/** What of this room names nothing of Node, for a run that is planned in a browser. */
export { UsageError } from './errors.ts';
export { escaped } from './escaped.ts';
export { defaultSeed } from './seed.ts';
export { shellQuoted } from './shell-quoted.ts';
export { startCommand } from './start-command.ts';
export { choose } from './suggest.ts';
export { oneOf } from './values.ts';
