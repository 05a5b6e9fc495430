import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { stripVTControlCharacters } from 'node:util';
import { root } from './incidents.ts';
import { type Problem, problemAt } from './problem.ts';

const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
);

/**
 * Checks the types of one file. What was checked before is remembered, so that a save costs what has
 * changed.
 *
 * @returns a problem for each error, with file and line; none when all is well
 */
export async function checkTypes(file: string, signal?: AbortSignal): Promise<readonly Problem[]> {
  const name = relative(root, file).replaceAll(/[^\w.-]/g, '_');
  const state = join(root, '.state', 'types');
  mkdirSync(state, { recursive: true });
  const config = join(state, `${name}.json`);
  const options = {
    extends: '../../../tsconfig.base.json',
    compilerOptions: {
      incremental: true,
      tsBuildInfoFile: `./${name}.tsbuildinfo`,
      // Somebody in the middle of something is not told of what is not used yet.
      noUnusedLocals: false,
      noUnusedParameters: false,
    },
    files: [relative(state, file).replaceAll('\\', '/')],
  };
  writeFileSync(config, JSON.stringify(options));
  const output = await new Promise<string>((done, reject) => {
    const child = spawn(process.execPath, [compiler, '--pretty', 'false', '-p', config], {
      cwd: root,
      signal,
    });
    // Beside it runs the storm, for whose verdict somebody waits.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.on('error', reject);
    child.on('close', (code) => done(code === 0 ? '' : out));
  });
  return stripVTControlCharacters(output)
    .split('\n')
    .flatMap((line) => {
      const [, path = '', row, message = ''] =
        /^(.+?)\((\d+),\d+\): error \w+: (.+)$/.exec(line) ?? [];
      if (row !== undefined) {
        const text = `${path.replace(/^.*\//, '')}:${row} ${message}`;
        return [problemAt(text, resolve(root, path) === file ? Number(row) : undefined)];
      }
      return line.startsWith('error ') ? [{ text: line }] : [];
    });
}
