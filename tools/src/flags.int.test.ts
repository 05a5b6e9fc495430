import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './workspace.ts';

/** Every program that somebody starts by hand: what scripts of packages start, and `scripts/`. */
const programs = [
  ...new Set([
    ...globSync(['package.json', '{packages,examples,recipes}/*/package.json'], { cwd: root })
      .toSorted()
      .flatMap((manifest) => programsOf(manifest)),
    ...globSync('packages/*/scripts/*.ts', { cwd: root }),
  ]),
];

function programsOf(manifest: string): readonly string[] {
  const { scripts = {} }: { scripts?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, manifest), 'utf8'),
  );
  return Object.values(scripts).flatMap((script) => {
    const [, file] = /\bnode .*?(\S+\.ts)/.exec(script) ?? [];
    return file === undefined ? [] : [join(dirname(manifest), file)];
  });
}

function run(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, program), ...args], {
    cwd: root,
    encoding: 'utf8',
    // What starts to work in spite of the flag is ended, and fails by its exit code.
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

test('tools, benchmarks and examples are among the programs', () => {
  expect(programs).toContain('tools/src/docs.ts');
  expect(programs).toContain('packages/core/bench/simulation/main.ts');
  expect(programs).toContain('examples/payment-processing/src/main.ts');
});

describe.each(programs)('%s', (program) => {
  test('answers --help, as pnpm hands it on, and does nothing else', () => {
    const { status, stdout } = run(program, '--', '--help');
    expect(stdout).toContain('--help');
    expect(status).toBe(0);
  });

  test('refuses a flag that it does not have with exit code 2, in a sentence', () => {
    const { status, stdout, stderr } = run(program, '--chekc');
    expect(stderr).toContain('--chekc');
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});
