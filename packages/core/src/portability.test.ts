import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';

import { describe, expect, test } from 'vitest';

const here = new URL('.', import.meta.url);

/** The rooms that an implementation or a scenario imports, and their doors to Node or to the network. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  hooks: [],
  resilience: [],
  capacity: [],
  simulation: ['host/node/'],
  workload: [],
  services: ['msw/'],
  scenario: ['testing.ts', 'contract/'],
  flows: ['bullmq/', 'crash-test/'],
};

const sources = Object.entries(rooms).flatMap(([room, doors]) =>
  readdirSync(new URL(`${room}/`, here), { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?<!\.d|\.test)\.ts$/.test(path))
    .filter((path) => !doors.some((door) => path.startsWith(door)))
    .map((path) => `${room}/${path}`),
);

/** What runs: without comments and without types that are only imported. */
function codeOf(path: string): string {
  return readFileSync(new URL(path, here), 'utf8').replaceAll(
    /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$|^(?:import|export) type[^;]*;/gm,
    '',
  );
}

describe('what an implementation or a scenario imports', () => {
  test.each(sources)('names nothing that only Node has: %s', (path) => {
    const code = codeOf(path);
    const imported = Array.from(
      code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g),
      (match) => match[1] ?? '',
    );
    expect(imported.filter((specifier) => isBuiltin(specifier))).toEqual([]);
    expect(code).not.toMatch(
      /(?<![.'\w-])(?:Buffer|require|__dirname|__filename|global)\b(?:\s*[([]|\??\.[A-Za-z])/,
    );
    // A process of a simulated system has a name and a system; Node's own has these.
    expect(code).not.toMatch(
      /(?<![.'\w-])process\b(?:\s*[([]|\??\.(?:arch|argv|argv0|cwd|emit|env|exec|exit|hr|kill|mem|next|o[nf]|once|pid|plat|ppid|rem|res|std|title|um|up|vers))/i,
    );
    expect(code).not.toMatch(/import\.meta\.(?:dirname|filename)/);
  });

  test('has its doors where the package says, each for a condition', async () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', here), 'utf8'));
    expect(manifest).toMatchObject({
      imports: {
        '#host': {
          node: './src/simulation/host/node/index.ts',
          browser: './src/simulation/host/browser/index.ts',
        },
        '#host/replacements': {
          node: './src/simulation/host/node/replacements.ts',
          browser: './src/simulation/host/browser/replacements.ts',
        },
        '#trace-text': {
          node: './src/trace-file/trace-text.ts',
          default: './src/workload/trace/no-files.ts',
        },
      },
    });
  });
});
