import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';
import { importMap, moduleFile, modulesPath, sources } from './modules.ts';
import type { Registry } from './registry.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
};

const sourcesPath = '/src/';

/**
 * Serves the page. There is no build: modules come from `node_modules` as they are, and our own
 * sources without their types, so that a window runs the same app as the simulation.
 */
export function createFiles(registry: Registry) {
  return async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST' && pathname === '/identities') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(registry.issue()));
      return;
    }
    const file = request.method === 'GET' ? fileOf(pathname) : undefined;
    const content = file === undefined ? undefined : await contentOf(file);
    if (file === undefined || content === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('There is nothing here.\n');
      return;
    }
    response.writeHead(200, {
      'content-type': contentTypes[extname(file)],
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    response.end(content);
  };
}

/** `URL` has resolved every `..` in the path, so that none leads out of a folder. */
function fileOf(path: string): string | undefined {
  const isKnown = extname(path) in contentTypes && !/%2f|%5c|\\/i.test(path);
  if (path === '/') return join(sources, 'serve/page/index.html');
  if (!isKnown) return undefined;
  if (path.startsWith(modulesPath)) return moduleFile(path);
  return path.startsWith(sourcesPath) ? join(sources, path.slice(sourcesPath.length)) : undefined;
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    if (file.endsWith('.ts')) return stripTypeScriptTypes(text);
    return file.endsWith('.html')
      ? text.replace('/* import map */', JSON.stringify(importMap()))
      : text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
