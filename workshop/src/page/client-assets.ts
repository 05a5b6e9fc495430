import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Asset, type Bundle, bundleModule, type FindAsset } from '@firedrill/core/page';

/** What the pages look alike by. */
const base = join(import.meta.dirname, 'client/base.css');

/**
 * The client of a page: `index.html` at its root, `style.css`, `base.css`, and the program of `main.ts` below
 * `/client/`, bundled when it is first asked for.
 *
 * @param folder in which the client stands
 */
export function clientAssets(folder: string): FindAsset {
  let program: Promise<Bundle> | undefined;
  return async (path) => {
    switch (path) {
      case '/':
        return { type: 'text/html', text: await readFile(join(folder, 'index.html'), 'utf8') };
      case '/style.css':
        return styleIn(join(folder, 'style.css'));
      case '/base.css':
        return styleIn(base);
      default: {
        const [, script] = /^\/client\/([^/]+\.js)$/.exec(path) ?? [];
        if (script === undefined) return undefined;
        program ??= bundleModule(join(folder, 'main.ts'));
        const text = (await program).files.get(script);
        return text === undefined ? undefined : { type: 'text/javascript', text };
      }
    }
  };
}

const styleIn = async (file: string): Promise<Asset> => ({
  type: 'text/css',
  text: await readFile(file, 'utf8'),
});
