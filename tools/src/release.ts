import { execFileSync } from 'node:child_process';
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, newCommand, runTool, UsageError } from '@firedrill/core/command-line';
import { packAll } from './pack/tarballs.ts';
import { runWell } from './pack/shell.ts';
import { type PackedFile, releaseNotes } from './release/notes.ts';
import { runSwarms } from './release/swarms.ts';
import { root } from './workspace.ts';

/** Some minutes of one processor in all: the night has let thousands loose. */
const stormsOfEach = 40;

const command = newCommand(
  'pnpm release',
  'Prepares a version from the changesets: versions, changelogs, and release-notes.md with the figures ' +
    'of its benchmark, its planted bugs and random storms that it meets now, and every packed file. ' +
    'Commits nothing, publishes nothing. Exits 1 when a storm breaks a repaired system.',
);

await runTool(command, { defaults: {} }, async () => {
  const changesets = globSync('.changeset/*.md', { cwd: root });
  if (changesets.length === 0) {
    throw new UsageError({
      given: '.changeset',
      cause: 'there is no changeset, so there is nothing to release',
      remedy: 'Describe what changed: pnpm exec changeset.',
    });
  }
  await runWell('pnpm', ['exec', 'changeset', 'version'], root);
  await runWell('pnpm', ['exec', 'oxfmt', 'packages', '.changeset'], root);
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-release-'));
  try {
    const { core, hooks, create } = await packAll(folder);
    const { version } = manifestOf('core');
    const swarmed = await runSwarms(stormsOfEach);
    const notes = releaseNotes({
      version,
      changelog: text('packages/core/CHANGELOG.md'),
      swarmed: swarmed.text,
      measured: {
        'The hooks against their peers': text('docs/benchmarks.md'),
        'Planted bugs, and the storms that find them': text('docs/planted-bugs.md'),
      },
      packed: {
        '@firedrill/core': filesOf(core, join(folder, 'core')),
        '@firedrill/hooks': filesOf(hooks, join(folder, 'hooks')),
        'create-firedrill': filesOf(create, join(folder, 'create')),
      },
    });
    writeFileSync(join(root, 'release-notes.md'), notes);
    console.log(`Version ${version} is prepared: look at git diff and at release-notes.md.`);
    console.log('Nothing is committed, and nothing is published.');
    if (swarmed.broken.length === 0) return exitCodes.asExpected;
    console.log(`Random storms break ${swarmed.broken.join(', ')}: see the notes.`);
    return exitCodes.checkFailed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function text(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function manifestOf(name: string): { readonly version: string } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own
  return JSON.parse(text(`packages/${name}/package.json`)) as { readonly version: string };
}

/** What is in a tarball, largest first. */
function filesOf(tarball: string, into: string): readonly PackedFile[] {
  mkdirSync(into, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '-C', into]);
  const unpacked = join(into, 'package');
  return globSync('**/*', { cwd: unpacked })
    .map((path) => ({ path, stat: statSync(join(unpacked, path)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ path, stat }) => ({ path, bytes: stat.size }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}
