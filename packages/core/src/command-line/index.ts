export { normalizeArgv } from './argv.ts';
export { callerPath } from './caller-path.ts';
export { readGivenFile } from './read-given-file.ts';
export { type Conclusion, defect } from './defect.ts';
export { UsageError } from './errors.ts';
export { escaped } from './escaped.ts';
export { type ExitCode, exitCodes } from './exit-codes.ts';
export {
  newCommand,
  type ParsedFlags,
  parseFlags,
  parseFlagsAndWords,
  repeatableOption,
  valueOption,
} from './flags.ts';
export { flushed, untilRead } from './flush.ts';
export type { ReadValue } from './read-value.ts';
export { refuseWithout } from './refuse-without.ts';
export { runTool } from './run-tool.ts';
export { defaultSeed, parseSeed } from './seed.ts';
export { shellQuoted } from './shell-quoted.ts';
export { programCommand, startCommand } from './start-command.ts';
export { choose, nearest } from './suggest.ts';
export { isSystemError, unwrittenText } from './unwritten.ts';
export { atLeast, ceiling, count, oneOf, percentile, positive, seed, share } from './values.ts';
