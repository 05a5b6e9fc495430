import { type Bundle, bundleWorker } from './bundle.ts';
import type { Asset, FindAsset } from './server.ts';

/**
 * The workers of examples, each bundled when it is first asked for: `/worker/<example>/<file>`.
 *
 * @param examples paths of the modules that export `example`, by the example's name
 */
export function workerAssets(examples: ReadonlyMap<string, string>): FindAsset {
  const bundles = new Map<string, Promise<Bundle>>();
  return async (path) => {
    const [, name = '', file = ''] = /^\/worker\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const module = examples.get(name);
    if (module === undefined) return undefined;
    const bundle = bundles.get(name) ?? bundleWorker(module);
    bundles.set(name, bundle);
    return assetOf(file, (await bundle).files.get(file));
  };
}

/** A file of a bundle. */
export function assetOf(file: string, text: string | undefined): Asset | undefined {
  if (text === undefined) return undefined;
  return { type: file.endsWith('.json') ? 'application/json' : 'text/javascript', text };
}
