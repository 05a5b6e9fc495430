import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCommit } from './commit.ts';

const hash = '0123456789abcdef0123456789abcdef01234567';
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'firedrill-commit-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

test('a branch is followed to its commit, from any directory below', () => {
  write('.git/HEAD', 'ref: refs/heads/main\n');
  write('.git/refs/heads/main', `${hash}\n`);
  mkdirSync(join(root, 'packages/core'), { recursive: true });
  expect(readCommit(join(root, 'packages/core'))).toBe(hash);
});

test('a packed branch is found in packed-refs', () => {
  write('.git/HEAD', 'ref: refs/heads/main\n');
  write(
    '.git/packed-refs',
    `# pack-refs with: peeled\n${'f'.repeat(40)} refs/heads/x\n${hash} refs/heads/main\n`,
  );
  expect(readCommit(root)).toBe(hash);
});

test('a detached head is the commit itself', () => {
  write('.git/HEAD', `${hash}\n`);
  expect(readCommit(root)).toBe(hash);
});

test('a work tree finds its branch in the repository that it belongs to', () => {
  write('main/.git/worktrees/tree/HEAD', 'ref: refs/heads/topic\n');
  write('main/.git/worktrees/tree/commondir', '../..\n');
  write('main/.git/refs/heads/topic', `${hash}\n`);
  write('tree/.git', `gitdir: ${join(root, 'main/.git/worktrees/tree')}\n`);
  expect(readCommit(join(root, 'tree'))).toBe(hash);
});

test('there is no commit without a repository, before the first commit, or in a broken one', () => {
  expect(readCommit(root)).toBeUndefined();
  write('.git/HEAD', 'ref: refs/heads/main\n');
  expect(readCommit(root)).toBeUndefined();
  write('.git/HEAD', 'nonsense');
  expect(readCommit(root)).toBeUndefined();
});
