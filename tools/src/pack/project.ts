import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { runWell } from './shell.ts';

const programs = new URL('programs/', import.meta.url);

/** A project of somebody who has never seen this repository. */
export class Project {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.write('package.json', JSON.stringify({ private: true, type: 'module' }));
  }

  write(file: string, text: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Installs packages: names with versions, or paths of tarballs. */
  async install(...packages: readonly string[]): Promise<void> {
    const flags = ['--no-audit', '--no-fund', '--silent', '--prefer-offline'];
    await runWell('npm', ['install', ...flags, ...packages], this.folder);
  }

  /** A program of `programs/`, as TypeScript. */
  writeTypeScript(name: string): void {
    this.write(`${name}.ts`, readFileSync(new URL(`${name}.ts`, programs), 'utf8'));
  }

  /** The same in plain JavaScript. */
  writeJavaScript(name: string): void {
    const source = readFileSync(new URL(`${name}.ts`, programs), 'utf8');
    this.write(`${name}.js`, stripTypeScriptTypes(source));
  }
}
