import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportKinds, resolveReportPath } from './report-path.ts';
import { saveReport } from './save-report.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'firedrill-report-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const resolve = (name: string) => resolveReportPath(join(directory, name), reportKinds);

test.each(reportKinds)('the ending .%s decides the kind', (kind) => {
  expect(resolve(`run.${kind}`)).toEqual({ path: join(directory, `run.${kind}`), kind });
});

describe('what is refused names the option, the value and the remedy', () => {
  test.each([
    ['run.pdf', '.pdf is no kind of report', '.html, .svg, .md, .csv, .ndjson'],
    ['run', 'it has no ending', '.html'],
    ['run.HTML', '.HTML is no kind of report', '.html'],
    ['.html', 'it has no ending', '.html'],
    ['missing/run.md', 'there is no directory', 'Create it first'],
    ['file.md/run.md', 'there is no way to that place', 'Choose another place'],
    [`${'x'.repeat(300)}.md`, 'its name is too long', 'Choose another place'],
    ['folder.html', 'that is a directory', 'e.g. run.html'],
    ['link.html', 'a symbolic link', 'Name a file.'],
    ['dangling.svg', 'a symbolic link', 'Name a file.'],
    ['pipe.csv', 'a pipe', 'Name a file.'],
    ['../../dev/null', 'it has no ending', '.html'],
  ])('%s', (name, cause, remedy) => {
    writeFileSync(join(directory, 'file.md'), 'before');
    mkdirSync(join(directory, 'folder.html'));
    symlinkSync(join(directory, 'file.md'), join(directory, 'link.html'));
    symlinkSync(join(directory, 'nowhere'), join(directory, 'dangling.svg'));
    execFileSync('/bin/sh', ['-c', 'mkfifo pipe.csv'], { cwd: directory });
    expect(() => resolve(name)).toThrow(cause);
    expect(() => resolve(name)).toThrow(`--report=${join(directory, name)}`);
    expect(() => resolve(name)).toThrow(remedy);
  });

  test('a kind that this program cannot write', () => {
    expect(() => resolveReportPath(join(directory, 'run.md'), ['html'])).toThrow(
      '.md is no kind of report. End it with .html.',
    );
  });
});

describe('saving a report', () => {
  test('takes the place of a file and leaves nothing beside it', async () => {
    const path = join(directory, 'run.md');
    writeFileSync(path, 'before');
    await saveReport(path, 'after');
    expect(readFileSync(path, 'utf8')).toBe('after');
    expect(readdirSync(directory)).toEqual(['run.md']);
  });

  test('never takes the place of a link that has come to stand there meanwhile', async () => {
    const [path, target] = [join(directory, 'run.md'), join(directory, 'target')];
    writeFileSync(target, 'before');
    symlinkSync(target, path);
    await expect(saveReport(path, 'after')).rejects.toThrow(
      `Failed to write ${path}: that is a symbolic link, which a report never replaces. Name a file.`,
    );
    expect(readFileSync(target, 'utf8')).toBe('before');
  });

  test('is one sentence when the system refuses, and leaves nothing behind', async () => {
    const path = join(directory, 'gone', 'run.md');
    await expect(saveReport(path, 'after')).rejects.toThrow(
      `Failed to write ${path}: its directory is gone. Create it again, or choose another one.`,
    );
    expect(existsSync(path)).toBe(false);
  });
});
