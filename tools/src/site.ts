import { watch } from 'node:fs';
import { join } from 'node:path';
import {
  type ExitCode,
  exitCodes,
  newCommand,
  runTool,
  UsageError,
} from '@firedrill/core/command-line';
import { runVisibly } from './run-command.ts';
import { readExercises, writeChapters, writeSite } from './site/write-site.ts';
import { root } from './workspace.ts';

const folder = join(root, 'site');
const compiler = 'site/node_modules/typescript/bin/tsc';
const works = ['build', 'dev', 'check'] as const;

const command = newCommand(
  'pnpm site',
  'Builds the documentation as a static site in site/dist. dev serves it on this machine alone and ' +
    'follows the Markdown; check builds it, and looks for wrong types, dead links, bad HTML, requests to elsewhere, ' +
    'what a screen reader stumbles over (in Chromium), and a first page that is too large.',
).usage(`[${works.join('|')}]`);

await runTool(command, { defaults: {}, takesWords: true }, async (_flags, words) => {
  const [work = 'build', ...rest] = words;
  if (rest.length > 0 || !works.some((name) => name === work)) {
    throw new UsageError({
      given: words.join(' '),
      cause: 'that is nothing that can be done with the site',
      remedy: `Use one of ${works.join(', ')}.`,
    });
  }
  const startedMs = performance.now();
  const installed = await runVisibly('pnpm', [
    '-C',
    'site',
    'install',
    '--frozen-lockfile',
    '--silent',
  ]);
  if (installed !== 0) return exitCodes.checkFailed;
  const dead = await writeSite(folder);
  for (const link of dead) console.log(`dead link in ${link}`);
  if ((await runVisibly('node', ['site/api/main.ts'])) !== 0) return exitCodes.checkFailed;
  if (work === 'dev') return develop();
  if (dead.length > 0) return exitCodes.checkFailed;
  const built = await astro('build', '--silent');
  if (built !== 0) return exitCodes.checkFailed;
  console.log(
    `site/dist is built, after ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`,
  );
  if (work === 'build') return exitCodes.asExpected;
  // Its types are not among those of `pnpm typecheck`, for which it is not installed.
  if ((await runVisibly('node', [compiler, '-p', 'site'])) !== 0) return exitCodes.checkFailed;
  return (await runVisibly('node', ['site/check/main.ts'])) === 0
    ? exitCodes.asExpected
    : exitCodes.checkFailed;
});

/** Nothing leaves the machine: Astro would tell its makers what it is used for. */
function astro(...args: readonly string[]): Promise<number> {
  process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
  return runVisibly('node', ['site/node_modules/astro/bin/astro.mjs', ...args, '--root', 'site']);
}

/** Serves on the loopback interface. A change of a Markdown file writes the chapters again. */
async function develop(): Promise<ExitCode> {
  const exercises = await readExercises();
  const watcher = watch(root, { recursive: true }, (_event, name) => {
    const path = name?.replaceAll('\\', '/') ?? '';
    if (path.endsWith('.md') && !/^site\/|node_modules/.test(path))
      writeChapters(folder, exercises);
  });
  const code = await astro('dev', '--host', '127.0.0.1');
  watcher.close();
  return code === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
}
