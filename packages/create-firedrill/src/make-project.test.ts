import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeProject, readArguments, refuseOldNode } from './make-project.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-firedrill-'));
  vi.stubEnv('INIT_CWD', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

describe('what is asked for', () => {
  test('is a folder, and by default the core of this version', () => {
    expect(readArguments(['tea'])).toEqual({
      folder: 'tea',
      core: expect.stringMatching(/^\^\d+\.\d+\.\d+$/),
      installs: true,
    });
    expect(readArguments(['tea', '--core', 'x.tgz', '--no-install'])).toMatchObject({
      core: 'x.tgz',
      installs: false,
    });
    expect(readArguments(['--help'])).toBe('help');
  });

  test.each([
    [[], 'no folder named'],
    [['a', 'b'], '2 folders named'],
    [['a', '--kore=x'], "Unknown option '--kore'"],
  ])('%j is refused with what is wrong', (args, words) => {
    expect(() => readArguments(args)).toThrow(words);
  });
});

test('a Node that could not run what is made is refused, with the remedy', () => {
  expect(() => refuseOldNode('20.20.2')).toThrow(
    'it needs Node 22.18 or later, and this is Node 20.20.2. Install a newer one',
  );
  expect(() => refuseOldNode('22.17.1')).toThrow('Node 22.18');
  for (const version of ['22.18.0', '24.0.0', '26.1.0']) refuseOldNode(version);
});

describe('a project', () => {
  test('has the name of its folder everywhere, and names no path but its own', () => {
    writeFileSync(join(folder, 'core.tgz'), 'packed');
    makeProject({ folder: 'tea-time', core: './core.tgz', installs: false });
    expect(JSON.parse(read('tea-time/package.json'))).toMatchObject({
      name: 'tea-time',
      dependencies: { '@firedrill/core': 'file:vendor/firedrill-core.tgz' },
    });
    expect(read('tea-time/vendor/firedrill-core.tgz')).toBe('packed');
    expect(read('tea-time/.gitignore')).toContain('node_modules');
    const texts = readdirSync(join(folder, 'tea-time'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:ts|json|md)$/.test(file))
      .map((file) => read(`tea-time/${file}`));
    expect(texts.length).toBeGreaterThan(10);
    for (const text of texts) {
      expect(text).not.toContain('my-incident');
      expect(text).not.toContain(folder);
    }
  });

  test.each([
    ['Tea Time', '^0.1.0', 'cannot be called "Tea Time"'],
    ['tea', './missing.tgz', 'there is no such file'],
  ])('%s with core %s is refused, and nothing is made', (name, core, words) => {
    expect(() => makeProject({ folder: name, core, installs: false })).toThrow(words);
    expect(existsSync(join(folder, 'tea'))).toBe(false);
  });

  test('is not made where something lies already', () => {
    mkdirSync(join(folder, 'tea'));
    writeFileSync(join(folder, 'tea/mine.txt'), '');
    const options = { folder: 'tea', core: '^0.1.0', installs: false };
    expect(() => makeProject(options)).toThrow('it is not empty');
    expect(readdirSync(join(folder, 'tea'))).toEqual(['mine.txt']);
  });
});
