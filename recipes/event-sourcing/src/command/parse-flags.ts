import { newCommand, parseFlags, valueOption } from '@firedrill/core/command-line';
import type { Flag, Flags, FlagValue } from './flag.ts';
import { startCommand } from './start-command.ts';

export interface ParsedFlags {
  readonly isHelp: boolean;
  /** By the keys of the flags; defaults filled in. */
  readonly values: Readonly<Record<string, FlagValue>>;
}

/** `batchSize` becomes `batch-size`. */
export const flagName = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Reads the flags of a recipe: from the command line, or else from its environment variable, or else
 * its default.
 *
 * @throws UsageError for an unknown or repeated flag, a bad value, or a word that belongs to no flag
 */
export function parseRecipeFlags(
  name: string,
  flags: Flags,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ParsedFlags {
  const command = newCommand(`${startCommand} ${name}`);
  for (const [key, { placeholder, description, read }] of Object.entries(flags)) {
    command.addOption(
      valueOption(`--${flagName(key)} ${placeholder}`, description, (option, text) =>
        read(text, `--${option}=${text}`),
      ),
    );
  }
  const { help, ...given } = parseFlags<Record<string, FlagValue>>(command, args);
  if (help !== undefined) return { isHelp: true, values: {} };
  const entries = Object.entries(flags).map(
    ([key, flag]) => [key, given[key] ?? fromVariable(flag, env) ?? flag.defaultValue] as const,
  );
  return { isHelp: false, values: Object.fromEntries(entries) };
}

function fromVariable({ variable, read }: Flag, env: NodeJS.ProcessEnv): FlagValue {
  const text = env[variable];
  return text === undefined || text === '' ? undefined : read(text, `${variable}=${text}`);
}
