import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';
import { importMap, moduleFile, modulesPath, sources } from './modules.ts';

/** What a browser is sent: the bytes, and of what kind they are. */
export interface File {
  readonly type: string;
  readonly content: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
};

const sourcesPath = '/src/';
const page = join(sources, 'serve/page');

/** A worker governs what is below its own address only: this one stands at the root. */
const rootFiles: Readonly<Record<string, string>> = {
  '/': join(page, 'index.html'),
  '/service-worker.js': join(page, 'worker/service-worker.ts'),
};

/**
 * The files of the page. There is no build: modules come from `node_modules` as they are, and our own
 * sources without their types, so that a window runs the same app as the simulation. Each is read once.
 */
export function createFiles() {
  const map = JSON.stringify(importMap());
  const known = new Map<string, Promise<File | undefined>>();

  async function read(path: string): Promise<File | undefined> {
    const type = contentTypes[extname(path)];
    if (type === undefined) return undefined;
    try {
      const text = await readFile(path, 'utf8');
      return { type, content: served(path, text) };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  function served(path: string, text: string): string {
    if (path.endsWith('.ts')) return stripTypeScriptTypes(text);
    return path.endsWith('.html') ? text.replace(/\s*\/\* import map \*\/\s*/, map) : text;
  }

  return {
    importMap: map,
    /** The file at a path of the server; none when there is none. */
    async at(path: string): Promise<File | undefined> {
      const file = fileOf(path);
      if (file === undefined) return undefined;
      const reading = known.get(file) ?? read(file);
      known.set(file, reading);
      const found = await reading.catch(() => undefined);
      // What is not there is not remembered: anybody may ask for anything.
      if (found === undefined) known.delete(file);
      return found;
    },
  };
}

/** `URL` has resolved every `..` in the path, so that none leads out of a folder. */
function fileOf(path: string): string | undefined {
  const root = Object.hasOwn(rootFiles, path) ? rootFiles[path] : undefined;
  if (root !== undefined) return root;
  if (/%2f|%5c|%00|\\/i.test(path)) return undefined;
  if (path.startsWith(modulesPath)) return moduleFile(path);
  return path.startsWith(sourcesPath) ? join(sources, path.slice(sourcesPath.length)) : undefined;
}
