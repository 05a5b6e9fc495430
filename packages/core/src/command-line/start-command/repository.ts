import { shellQuoted } from '../shell-quoted.ts';

/**
 * The beginning of every command that starts this example. One of several in a package is called
 * `package/example`.
 */
export function startCommand(name: string): string {
  const [folder = name, example] = name.split('/');
  const start = `pnpm --filter ${shellQuoted(folder)} start --`;
  return example === undefined ? start : `${start} ${shellQuoted(example)}`;
}

/** Names that pnpm has commands of its own for. */
const ownOfPnpm = new Set(['view']);

/** How a program of this package is started: `swarm`, `page`. */
export const programCommand = (program: string): string =>
  `pnpm ${ownOfPnpm.has(program) ? 'run ' : ''}${program}`;
