import { exitCodes } from '@firedrill/core/command-line';
import { recipes } from '../catalog.ts';
import type { Recipe } from '../recipe.ts';
import { flagName } from './parse-flags.ts';
import { startCommand } from './start-command.ts';

/** The list: every recipe in the order of difficulty, what it teaches, and the command to run it. */
export function listText(): string {
  return [
    'Event sourcing in seven small programs. No server is needed.',
    '',
    ...recipes.flatMap(({ name, level, teaches }, index) => [
      `${index + 1}. ${name} (${level})`,
      `   ${teaches}`,
      `   ${startCommand} ${name}`,
      '',
    ]),
    `Flags of a recipe: ${startCommand} <recipe> --help`,
  ].join('\n');
}

/** The list, and what holds for all recipes. */
export function helpText(): string {
  return [listText(), '', ...exitCodeLines()].join('\n');
}

/** What one recipe teaches, its flags with their variables and defaults, and the exit codes. */
export function recipeHelpText(recipe: Recipe): string {
  const rows = Object.entries(recipe.flags).map(([key, flag]) => {
    const { defaultValue } = flag;
    const ending = defaultValue === undefined ? '' : `; default ${String(defaultValue)}`;
    return [
      `--${flagName(key)} ${flag.placeholder}`,
      `${flag.description} (${flag.variable}${ending})`,
    ] as const;
  });
  const all = [...rows, ['-h, --help', 'show this help'] as const];
  const width = Math.max(...all.map(([flag]) => flag.length));
  return [
    `${recipe.name}: ${recipe.teaches}`,
    '',
    ...recipe.lesson,
    '',
    `Usage: ${startCommand} ${recipe.name} [options]`,
    '',
    'Options, with the environment variables that stand in for them',
    ...all.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`),
    '',
    ...exitCodeLines(),
  ].join('\n');
}

function exitCodeLines(): readonly string[] {
  return [
    'Exit codes',
    `  ${exitCodes.asExpected}    everything that the recipe claims was seen to hold`,
    `  ${exitCodes.checkFailed}    a claim does not hold`,
    `  ${exitCodes.usage}    the command line could not be understood, or a database not be opened`,
    `  ${exitCodes.internal}   a defect`,
    `  ${exitCodes.interrupted}  stopped by Ctrl-C`,
    `  ${exitCodes.terminated}  stopped by SIGTERM`,
    '  pnpm --filter turns all but 0 into 1; pnpm -C recipes/event-sourcing start keeps them.',
  ];
}
