import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(?<!\.test)\.ts$/.test(name),
);

describe('the room', () => {
  test.each(sources)('imports nothing but itself and the hooks, and no Node global: %s', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const imports = Array.from(text.matchAll(/from '([^']+)'/g), (match) => match[1] ?? '');
    const inside = imports.filter((path) => !path.endsWith('/hooks/index.ts'));
    const depth = name.split('/').length - 1;
    expect(inside.filter((path) => leaves(path, depth))).toEqual([]);
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(code).not.toMatch(/\b(?:process|Buffer|require|__dirname|global)\b\s*[.(]/);
    expect(code).not.toMatch(/\bsetImmediate\b/);
  });
});

/** Whether a path goes further up than the room. */
function leaves(path: string, depth: number): boolean {
  return !path.startsWith('.') || path.split('/').filter((step) => step === '..').length > depth;
}
