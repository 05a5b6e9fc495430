import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../workspace.ts';
import { type CodeBlock, codeBlocksOf } from './code-blocks.ts';
import { readManifest } from './manifest.ts';

const execute = promisify(execFile);
/** Beside what the core may import, so that a block may import the same. */
const folder = join(root, 'packages/core/.docs-blocks');

export interface Compiled {
  readonly blocks: number;
  /** Blocks that leave something out ("…"), and are no whole programs. */
  readonly sketches: number;
  /** `file:line: what the compiler says`. */
  readonly faults: readonly string[];
}

/**
 * Compiles every TypeScript block of the documentation, as strictly as the code of the repository.
 *
 * @param files texts by their paths
 */
export async function compileBlocks(files: ReadonlyMap<string, string>): Promise<Compiled> {
  const places = new Map<string, { readonly path: string; readonly block: CodeBlock }>();
  let sketches = 0;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    for (const [path, text] of files) {
      for (const block of codeBlocksOf(text)) {
        if (block.language !== 'ts') continue;
        if (/…(?!['`])/.test(block.code.replaceAll(/\/\/.*/g, ''))) {
          sketches += 1;
          continue;
        }
        const name = `block-${places.size + 1}.ts`;
        places.set(name, { path, block });
        writeFileSync(join(folder, name), `${block.given}${block.code}\nexport {};\n`);
      }
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings([...places.keys()])));
    const faults = linesOf(await compilerSays()).map((line) => {
      const [all = '', name = '', row = '1', message = ''] =
        /^(?:.*[\\/])?(block-\d+\.ts)\((\d+),\d+\): (.*)$/.exec(line) ?? [line];
      const place = places.get(name);
      if (place === undefined) return all;
      const given = place.block.given.split('\n').length - 1;
      return `${place.path}:${place.block.line + Number(row) - 1 - given}: ${message}`;
    });
    return { blocks: places.size, sketches, faults };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function settings(files: readonly string[]): object {
  const { exports } = readManifest(join(root, 'packages/core/package.json'));
  const paths = [...exports].map(
    ([subpath, file]) => [`@firedrill/core${subpath.slice(1)}`, [`.${file}`]] as const,
  );
  return {
    extends: '../../../tsconfig.base.json',
    compilerOptions: {
      // A reader may name what the block does not use.
      noUnusedLocals: false,
      noUnusedParameters: false,
      paths: {
        ...Object.fromEntries(paths),
        '@firedrill/hooks': ['../src/hooks/index.ts'],
      },
    },
    files,
  };
}

async function compilerSays(): Promise<string> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  try {
    await execute(process.execPath, [compiler, '--noEmit', '--pretty', 'false', '-p', folder]);
    return '';
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'stdout' in error)
      return String(error.stdout);
    throw error;
  }
}

/** The first line of each message: those that follow are indented. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^\S/.test(line));
}
