import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newCommand, runTool, UsageError } from '@firedrill/core/command-line';

const source = join(import.meta.dirname, '../../core/dist/hooks');
const dist = join(import.meta.dirname, '../dist');

const command = newCommand(
  'pnpm --filter @firedrill/hooks build',
  'The hooks of core as a package of their own: the same files, which import nothing from elsewhere.',
);

await runTool(command, { defaults: {} }, () => {
  if (!existsSync(source)) {
    throw new UsageError({
      given: 'packages/core/dist',
      cause: 'core is not built',
      remedy: 'Run pnpm --filter @firedrill/core build first.',
    });
  }
  rmSync(dist, { recursive: true, force: true });
  cpSync(source, dist, { recursive: true });
  for (const file of globSync('**/*.{js,d.ts}', { cwd: dist })) {
    // Examples in docstrings import from this package.
    const text = readFileSync(join(dist, file), 'utf8').replaceAll(
      "'@firedrill/core/hooks'",
      "'@firedrill/hooks'",
    );
    writeFileSync(join(dist, file), text);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const [outside] = /(?:from |import\()'(?!\.\/)[^']*'/.exec(code) ?? [];
    if (outside !== undefined) throw new Error(`Failed to build: ${file} has an ${outside}.`);
  }
});
