// What this command takes from the command line of the examples, in one place.
export { normalizeArgv } from '../cli/argv.ts';
export { callerPath } from '../cli/caller-path.ts';
export { defect } from '../cli/defect.ts';
export { InputError, UsageError } from '../cli/errors.ts';
export { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
export { flushed } from '../cli/flush.ts';
export { resolveReportPath } from '../cli/report-path.ts';
export { shellQuoted } from '../cli/replay.ts';
export { defaultSeed, parseSeed } from '../cli/seed.ts';
export { choose, nearest } from '../cli/suggest.ts';
export { versionText } from '../cli/version.ts';
