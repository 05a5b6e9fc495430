import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@firedrill/core/command-line';
import { root } from '../workspace.ts';

/** Lines of a file that differ from a commit, by its path from the root; 1 is the first line. */
export type ChangedLines = ReadonlyMap<string, readonly number[]>;

/**
 * Lines that differ from a commit, in files that exist now. Where lines were only removed, it is the
 * line before them; of a new file that git does not track, all.
 *
 * @param ref anything that git takes for a commit
 * @throws UsageError for a ref that git does not know
 */
export function changedLines(ref: string): ChangedLines {
  const { status, stdout } = git(
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  );
  if (status !== 0) {
    throw new UsageError({
      given: `--changed=${ref}`,
      cause: 'git knows no such commit here',
      remedy: 'Name a branch, a tag or a commit, e.g. --changed=main.',
    });
  }
  const diff = git('diff', '--unified=0', '--no-color', '--no-ext-diff', stdout.trim());
  const untracked = git('ls-files', '--others', '--exclude-standard', '-z');
  const added = textOf(untracked).split('\0');
  return new Map([
    ...linesInDiff(textOf(diff)),
    ...added
      .filter((file) => file.endsWith('.ts'))
      .map((file): [string, number[]] => {
        const { length } = readFileSync(join(root, file), 'utf8').split('\n');
        return [file, Array.from({ length }, (_, index) => index + 1)];
      }),
  ]);
}

/** Reads the hunks of a diff without context. */
export function linesInDiff(diff: string): ChangedLines {
  const changed = new Map<string, number[]>();
  let lines: number[] = [];
  for (const line of diff.split('\n')) {
    if (line.startsWith('+++ ')) {
      lines = [];
      const file = /^\+\+\+ b\/(.+)$/.exec(line)?.[1];
      // A file that is gone has no name here.
      if (file !== undefined) changed.set(file, lines);
    }
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk === null) continue;
    const first = Number(hunk[1]);
    const count = Number(hunk[2] ?? 1);
    for (let offset = 0; offset < Math.max(1, count); offset += 1) lines.push(first + offset);
  }
  return changed;
}

function git(...args: readonly string[]) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });
}

function textOf({ status, stdout, stderr }: ReturnType<typeof git>): string {
  if (status !== 0) throw new Error(`Failed to list what changed: ${stderr.trim()}`);
  return stdout;
}
