import {
  choose,
  type ExitCode,
  exitCodes,
  normalizeArgv,
  UsageError,
} from '@firedrill/core/command-line';
import { recipes } from '../catalog.ts';
import type { Recipe } from '../recipe.ts';
import { explain } from './explain.ts';
import { helpText, listText, recipeHelpText } from './help.ts';
import { watchForInterruption } from './interruption.ts';
import { parseRecipeFlags } from './parse-flags.ts';
import { runRecipe, type Surroundings } from './run-recipe.ts';
import { startCommand } from './start-command.ts';

/** The whole program. Sets `process.exitCode`, lets the process end by itself, never rejects. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const { env, stdout, stderr } = process;
  // Who closes a pager early has seen enough.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const interruption = watchForInterruption();
  const exitCode = await answer(argv, { env, stdout, stderr, signal: interruption.signal });
  interruption.end();
  process.exitCode = exitCode === exitCodes.asExpected ? (interruption.exitCode ?? 0) : exitCode;
}

/** Runs what the arguments ask for, and gives what to end with. Never rejects. */
export async function answer(
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const args = normalizeArgv(argv);
  try {
    return await dispatch(args, surroundings);
  } catch (error) {
    const { text, exitCode } = explain(error, [startCommand, ...args].join(' '));
    surroundings.stderr.write(`${text}\n`);
    return exitCode;
  }
}

async function dispatch(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { env, stdout } = surroundings;
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    stdout.write(`${name === undefined ? listText() : helpText()}\n`);
    return exitCodes.asExpected;
  }
  const recipe = findRecipe(name);
  const { isHelp, values } = parseRecipeFlags(name, recipe.flags, rest, env);
  if (isHelp) {
    stdout.write(`${recipeHelpText(recipe)}\n`);
    return exitCodes.asExpected;
  }
  return runRecipe(recipe, values, surroundings);
}

function findRecipe(name: string): Recipe {
  const found = recipes.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const names = recipes.map((recipe) => recipe.name);
  if (name.startsWith('-')) {
    throw new UsageError({
      given: name,
      cause: 'the recipe comes first',
      remedy: `Use one of ${names.join(', ')}.`,
    });
  }
  const remedy = choose(name, names);
  throw new UsageError({ given: `"${name}"`, cause: 'there is no such recipe', remedy });
}
