import { enableCompileCache } from 'node:module';
import type { LoadExample } from './load-example.ts';

export type { LoadExample };

/** What the command of an example is made of. */
export interface MainOptions {
  /** Name of the workspace package, which is also the example's. */
  readonly name: string;
  /** Loads the example: called once the flags are known to be good, and something is on the screen. */
  readonly load: LoadExample;
}

/**
 * The whole program of an example. Sets `process.exitCode` and lets the process end by itself, so that
 * everything written reaches its reader. Never rejects.
 */
export async function main(options: MainOptions): Promise<void> {
  // Spares the second run the parsing of what loads from here on, some 200 ms: so nothing loads before.
  enableCompileCache();
  const { runProgram } = await import('./program.ts');
  await runProgram(options);
}
