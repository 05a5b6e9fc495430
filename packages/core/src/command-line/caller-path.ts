import { resolve } from 'node:path';

/**
 * The absolute path of a file named on the command line. `pnpm --filter` starts the program in the
 * package's own directory and leaves the one in which the user typed in `INIT_CWD`; that is the one
 * which a relative path means.
 */
export function callerPath(
  file: string,
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = process.cwd(),
): string {
  return resolve(env['INIT_CWD'] ?? cwd, file);
}
