/**
 * The arguments as the user meant them. `pnpm start -- --json` hands over `['--', '--json']`, where
 * the first `--` is pnpm's own and would turn every flag after it into a positional argument.
 */
export function normalizeArgv(argv: readonly string[]): readonly string[] {
  return argv[0] === '--' ? argv.slice(1) : argv;
}
