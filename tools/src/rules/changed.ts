import { spawnSync } from 'node:child_process';
import { UsageError } from '@firedrill/core/command-line';
import { root } from '../workspace.ts';

/**
 * Files that differ from a commit, new ones included, by their path from the root.
 *
 * @param ref anything that git takes for a commit
 * @throws UsageError for a ref that git does not know
 */
export function changedFiles(ref: string): readonly string[] {
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
  return [
    ...linesOf(git('diff', '--name-only', '-z', stdout.trim())),
    ...linesOf(git('ls-files', '--others', '--exclude-standard', '-z')),
  ];
}

function git(...args: readonly string[]) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' });
}

function linesOf({ status, stdout, stderr }: ReturnType<typeof git>): readonly string[] {
  if (status !== 0) throw new Error(`Failed to list what changed: ${stderr.trim()}`);
  return stdout.split('\0').filter((line) => line !== '');
}
