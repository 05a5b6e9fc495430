import { readFileSync } from 'node:fs';
import { readCommit } from './commit.ts';

/** `firedrill 0.1.0 (3f2a1bc), Node 24.21.0` */
export function versionText(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const [, version = 'of unknown version'] = /"version": "([^"]+)"/.exec(manifest) ?? [];
  const commit = readCommit(import.meta.dirname);
  const at = commit === undefined ? '' : ` (${commit.slice(0, 7)})`;
  return `firedrill ${version}${at}, Node ${process.versions.node}`;
}
