import { join } from 'node:path';
import { channel, loadBundler, oneFile } from './bundle.ts';
import { leanSourceMap } from './lean-source-map.ts';

const here = import.meta.dirname;

/** By this name stacks call the script: that of a blob would be another one each time. */
const name = 'enclosed://worker.js';

/**
 * The worker of an example as one classic script, with its source map at its end: from a page of
 * `file://` a browser starts a classic worker out of the page itself, and no module.
 *
 * @param module path of the module that exports `example`
 * @throws Error when the example imports something that a browser does not have; MissingPeerError without
 *   esbuild
 */
export async function enclosedWorker(module: string): Promise<string> {
  const { build } = await loadBundler();
  const { outputFiles } = await build({
    stdin: {
      contents: [
        `import { example } from ${JSON.stringify(module)};`,
        `import { serveExample } from ${JSON.stringify(join(here, 'worker/serve-example.ts'))};`,
        `import { awaitSourceMap } from ${JSON.stringify(join(here, 'worker/await-source-map.ts'))};`,
        channel,
        `serveExample(example, channel, awaitSourceMap(${JSON.stringify(name)}));`,
      ].join('\n'),
      resolveDir: here,
      sourcefile: 'entry.ts',
      loader: 'ts',
    },
    ...oneFile,
    sourcemap: 'external',
  });
  const textOf = (ending: string): string =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const map = leanSourceMap(textOf('.js.map'));
  return `${textOf('.js')}\ntakeSourceMap(${map});\n//# sourceURL=${name}`;
}
