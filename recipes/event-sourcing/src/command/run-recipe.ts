import { exitCodes, type ExitCode } from '@firedrill/core/command-line';
import type { FlagValue } from './flag.ts';
import { childVariable, startCommand } from './start-command.ts';
import { createOutput, type OutputStream } from '../output.ts';
import type { Recipe } from '../recipe.ts';

/** What the program is given by the world, so that tests can run it in their own process. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Says what the recipe teaches, runs it, cleans up after it, and says what to try next. */
export async function runRecipe(
  recipe: Recipe,
  options: Readonly<Record<string, FlagValue>>,
  { env, stdout, stderr, signal }: Surroundings,
): Promise<ExitCode> {
  const startedMs = performance.now();
  const { name, teaches, lesson, next } = recipe;
  const out = createOutput(stdout);
  const isChild = env[childVariable] !== undefined;
  const cleanUps: (() => Promise<void>)[] = [];
  if (!isChild) {
    out.title(`${name}: ${teaches}`);
    for (const text of lesson) out.line(text);
  }
  try {
    await recipe.run({
      name,
      options,
      out,
      signal,
      env,
      onEnd(cleanUp) {
        cleanUps.push(cleanUp);
      },
    });
  } catch (error) {
    // What was about to start when Ctrl-C came refuses to; that is no failure.
    if (!signal.aborted || error !== signal.reason) throw error;
  } finally {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  }
  if (!isChild) {
    out.step(signal.aborted ? 'Stopped.' : 'Try next');
    if (!signal.aborted) for (const command of next) out.line(`${startCommand} ${command}`);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    stderr.write(`machine: ${seconds} s, Node ${process.versions.node}\n`);
  }
  return out.failedChecks === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
}
