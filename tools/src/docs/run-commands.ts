import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { recordPath } from '../record-folder.ts';
import { twoAtATime } from '../two-at-a-time.ts';
import { exampleNames, scenarios } from '../workspace.ts';
import type { Command } from './commands.ts';
import { type Exception, exceptions } from './command-plan.ts';

/** What became of the commands. */
export interface RanCommands {
  /** How many, by what became of them. */
  readonly counts: Readonly<Record<Fate, number>>;
  /** `file:line: what is wrong`. */
  readonly faults: readonly string[];
}

export type Fate = 'run' | 'known' | Exception['how'];

/** Without the ways in which pnpm is called. */
const bare = (command: string): string =>
  command.replace(/^(?:npx -y pnpm@\d+|pnpm)(?: -s)? (?:run )?/, '');

/** @returns how a command is dealt with that is not run to its end */
export const exceptionOf = (command: string): Exception | undefined =>
  exceptions.find(({ of }) => of.test(bare(command)));

/** Those exceptions that no command needs. */
export const idleExceptions = (commands: readonly Command[]): readonly Exception[] =>
  exceptions.filter(({ of }) => !commands.some(({ command }) => of.test(bare(command))));

/** Default runs of the examples whose record was kept: they were run, and ended with 0. */
function knownRuns(records: string | undefined): ReadonlySet<string> {
  if (records === undefined) return new Set();
  return new Set(
    exampleNames().flatMap((example) =>
      scenarios
        .filter((scenario) => existsSync(recordPath(records, example, scenario ?? 'story')))
        .map(
          (scenario) =>
            `--filter ${example} start${scenario === undefined ? '' : ` -- --scenario=${scenario}`}`,
        ),
    ),
  );
}

/**
 * Runs each command once, as it stands in its document, and compares its exit code. Those of a document
 * share a folder, in their order: one may read what another has written.
 *
 * @param records folder of the records of `pnpm scenarios`, which need no second run
 * @param tell told of each command when it is over
 */
export async function runCommands(
  commands: readonly Command[],
  records: string | undefined,
  tell: (fate: Fate, command: Command, tookMs: number) => void,
): Promise<RanCommands> {
  const known = knownRuns(records);
  const seen = new Set<string>();
  const counts: Record<Fate, number> = {
    run: 0,
    shortened: 0,
    answered: 0,
    begun: 0,
    known: 0,
    'left out': 0,
  };
  const faults: string[] = idleExceptions(commands).map(
    ({ of, why }) => `tools/src/docs/command-plan.ts: no document has ${of.source} (${why}).`,
  );
  const bench = mkdtempSync(join(tmpdir(), 'firedrill-commands-'));
  const path = writeStandIns(bench);
  const runOne = async (command: Command, folder: string): Promise<void> => {
    const own = bare(command.command);
    // What changes files is run again where it stands again; what only shows them is not.
    if (seen.has(own)) return;
    seen.add(own);
    const exception = exceptionOf(command.command);
    const fate: Fate = known.has(own) ? 'known' : (exception?.how ?? 'run');
    const startedMs = performance.now();
    if (fate !== 'known' && fate !== 'left out') {
      const run = { ...command, command: exception?.to?.(command.command) ?? command.command };
      const wrong = await runInShell(run, folder, path, fate === 'begun');
      if (wrong !== undefined) faults.push(`${command.place}: ${command.command}: ${wrong}`);
    }
    counts[fate] += 1;
    tell(fate, command, performance.now() - startedMs);
  };
  try {
    const documents = Map.groupBy(commands, (command) => command.path);
    await Promise.all(
      [...documents.values()].map((own, index) =>
        twoAtATime(async () => {
          const folder = join(bench, String(index));
          mkdirSync(folder);
          for (const command of own) await runOne(command, folder);
        }),
      ),
    );
  } finally {
    rmSync(bench, { recursive: true, force: true });
  }
  return { counts, faults };
}

/** `pnpm` and `npx pnpm` for a folder outside the repository. @returns the PATH that has them */
function writeStandIns(bench: string): string {
  const folder = join(bench, 'bin');
  mkdirSync(folder);
  const here = join(import.meta.dirname, 'pnpm-here.ts');
  const pnpm = `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(here)}`;
  const npx = `case "$2" in pnpm@*) shift 2; ${pnpm} "$@";; esac\necho "not pnpm: $*" >&2; exit 1`;
  for (const [name, text] of [
    ['pnpm', `${pnpm} "$@"`],
    ['npx', npx],
  ] as const) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return [folder, process.env['PATH']].join(delimiter);
}

/** @returns what is wrong with how it ended */
function runInShell(
  { command, exitCode }: Command,
  cwd: string,
  path: string,
  isBegun: boolean,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    // A group of its own: a shell that is ended leaves its children behind.
    const child = spawn('sh', ['-c', command], {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: path, CI: 'true' },
    });
    let text = '';
    let isEnded = false;
    const end = (): void => {
      if (isEnded || child.pid === undefined) return;
      isEnded = true;
      process.kill(-child.pid, 'SIGKILL');
    };
    // Whoever stops this program stops what it has started.
    process.once('exit', end);
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-2_000);
      if (isBegun && part.includes('\n')) end();
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-2_000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('exit', end);
      if (isEnded || code === exitCode) return resolve(undefined);
      const said = text.trim().split('\n').slice(-12).join('\n  ');
      resolve(`it exits with ${code}, and the document says ${exitCode}:\n  ${said}`);
    });
  });
}
