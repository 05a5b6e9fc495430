import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The commit that is checked out in the repository around `from`, read from its files: starting git
 * would cost more than starting the run. Undefined where there is no repository, or none to be read.
 */
export function readCommit(from: string): string | undefined {
  try {
    const gitDir = findGitDir(from);
    if (gitDir === undefined) return undefined;
    const head = readText(join(gitDir, 'HEAD'));
    if (!head.startsWith('ref: ')) return hashOf(head);
    const ref = head.slice('ref: '.length);
    const commonDir = resolve(gitDir, tryRead(join(gitDir, 'commondir')) ?? '.');
    const loose = tryRead(join(commonDir, ref));
    if (loose !== undefined) return hashOf(loose);
    const packed = tryRead(join(commonDir, 'packed-refs')) ?? '';
    return hashOf(packed.split('\n').find((line) => line.endsWith(` ${ref}`)) ?? '');
  } catch {
    // Provenance is a courtesy: a repository in an unknown format must not stop a run.
    return undefined;
  }
}

/** In a work tree `.git` is a file that names the directory. */
function findGitDir(from: string): string | undefined {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    const path = join(dir, '.git');
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return path;
    if (stat?.isFile()) return resolve(dir, readText(path).replace(/^gitdir: /, ''));
    if (dir === dirname(dir)) return undefined;
  }
}

const readText = (path: string): string => readFileSync(path, 'utf8').trim();

function tryRead(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readText(path) : undefined;
}

const hashOf = (line: string): string | undefined => /^[0-9a-f]{40,64}\b/.exec(line)?.[0];
