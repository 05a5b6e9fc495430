import { clearWay, type Network, type Service, type Way } from '../../services/index.ts';
import type { ProcessInfo } from '../context.ts';
import { cutOff } from './cut-off.ts';
import type { Declaration, Declarations, Outside } from './declarations.ts';
import type { Pools } from './pools.ts';
import { type PortDefinition, wayOf } from './port.ts';
import type { ProcessLink } from './process-link.ts';

export interface ConnectOptions {
  readonly network: Network;
  readonly pools: Pools;
  readonly process: ProcessInfo;
  readonly link: ProcessLink;
}

/** Hands a process what it can reach outside: each declaration, connected over its link. */
export function connectOutside<D extends Declarations>(
  declarations: D,
  options: ConnectOptions,
): Outside<D> {
  const entries = Object.entries(declarations).map(([name, declaration]) => [
    name,
    isDeclaration(declaration)
      ? connect(declaration, options)
      : Object.freeze(
          Object.fromEntries(
            Object.entries(declaration).map(([key, each]) => [key, connect(each, options)]),
          ),
        ),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each declaration gives its own kind
  return Object.freeze(Object.fromEntries(entries)) as Outside<D>;
}

/** All declarations, those of a nested record among them. */
export function eachDeclaration(declarations: Declarations): readonly Declaration[] {
  return Object.values(declarations).flatMap((declaration) =>
    isDeclaration(declaration) ? [declaration] : Object.values(declaration),
  );
}

/** Whether it is a service; the other declarations say their kind. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential: each service has its own operations
export function isService(declaration: Declaration): declaration is Service<any> {
  return 'operations' in declaration;
}

function isDeclaration(
  value: Declaration | Readonly<Record<string, Declaration>>,
): value is Declaration {
  return 'operations' in value || ('kind' in value && typeof value.kind === 'string');
}

function connect(
  declaration: Declaration,
  { network, pools, process, link }: ConnectOptions,
): unknown {
  if (isService(declaration)) return network.connect(declaration, link);
  switch (declaration.kind) {
    case 'channel':
      return network.inbox(declaration, link);
    case 'pool':
      return pools.open(declaration, link);
    case 'port':
      return cutOff(
        declaration.open({
          process,
          onEnd: (listener) => link.onCut(listener),
          way: openWay(declaration, network, link),
        }),
        link,
      );
    case 'reference':
      return declaration.value;
    default:
      throw new TypeError(
        `Failed to connect an unknown declaration: ${JSON.stringify(declaration)}.`,
      );
  }
}

/** The way to the store that a port is; without one nothing goes wrong. */
export function openWay(port: PortDefinition<object>, network: Network, link?: ProcessLink): Way {
  const way = wayOf(port);
  return way === undefined ? clearWay : network.way(way, link);
}
