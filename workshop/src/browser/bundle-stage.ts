import { type Bundle, bundleProgram } from '@firedrill/core/page';
import { root } from '../incidents.ts';

/** What of core the exercises are about. */
const rooms = ['event-store', 'hooks', 'resilience', 'scenario', 'services'];

/** Packages beside core that an incident's exercises import. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'collaboration-platform': ['yjs'],
};

/**
 * The worker in which the exercises of an incident are judged in a browser.
 *
 * @throws when something of it needs what a browser does not have
 */
export function bundleStage(incident: string): Promise<Bundle> {
  const names = [
    `#${incident}`,
    ...rooms.map((room) => `@firedrill/core/${room}`),
    ...(packages[incident] ?? []),
  ];
  const source = [
    ...names.map((name, index) => `import * as module${index} from ${JSON.stringify(name)};`),
    `import { incident } from './exercises/${incident}/index.ts';`,
    "import { serveStage } from './src/browser/serve-stage.ts';",
    `const modules = { ${names.map((name, index) => `${JSON.stringify(name)}: module${index}`).join(', ')} };`,
    'serveStage(incident, modules, channel, loadSourceMaps(import.meta.url));',
  ];
  return bundleProgram(source.join('\n'), root);
}
