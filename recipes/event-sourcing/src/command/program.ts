import { exitCodes, type ExitCode } from '@firedrill/core/cli';
import { recipes } from '../catalog.ts';
import type { Recipe } from '../recipe.ts';
import { explain } from './explain.ts';
import { helpText, listText, recipeHelpText } from './help.ts';
import { watchForInterruption } from './interruption.ts';
import { parseFlags } from './parse-flags.ts';
import { runRecipe, type Surroundings } from './run-recipe.ts';
import { startCommand } from './start-command.ts';
import { didYouMean } from './suggest.ts';
import { UsageError } from './usage-error.ts';

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
  // pnpm hands on its own leading `--`, which would turn every flag after it into a word.
  const args = argv[0] === '--' ? argv.slice(1) : argv;
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
  const { isHelp, values } = parseFlags(recipe.flags, rest, env);
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
    throw new UsageError(name, 'the recipe comes first', `Use one of ${names.join(', ')}.`);
  }
  const remedy = `${didYouMean(name, names)}Use one of ${names.join(', ')}.`;
  throw new UsageError(`"${name}"`, 'there is no such recipe', remedy);
}
