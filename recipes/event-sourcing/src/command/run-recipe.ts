import { exitCodes, type ExitCode } from '@firedrill/core/cli';
import { startCommand } from '../catalog.ts';
import type { FlagValue } from './flag.ts';
import type { Output } from '../output.ts';
import type { Recipe } from '../recipe.ts';

/** Says what the recipe teaches, runs it, cleans up after it, and says what to try next. */
export async function runRecipe(
  recipe: Recipe,
  options: Readonly<Record<string, FlagValue>>,
  out: Output,
  signal: AbortSignal,
): Promise<ExitCode> {
  const startedMs = performance.now();
  const cleanUps: (() => Promise<void>)[] = [];
  out.line(`${recipe.name}: ${recipe.teaches}`);
  for (const text of recipe.lesson) out.line(text);
  try {
    await recipe.run({
      options,
      out,
      signal,
      onEnd(cleanUp) {
        cleanUps.push(cleanUp);
      },
    });
  } finally {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  }
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  if (signal.aborted) {
    out.step(`Stopped after ${seconds} s.`);
  } else {
    out.step(`Done in ${seconds} s. Try next:`);
    for (const next of recipe.next) out.line(`${startCommand} ${next}`);
  }
  return out.failedChecks === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
}
