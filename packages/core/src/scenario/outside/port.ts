import type { StoreWay, Way } from '../../services/index.ts';
import type { ProcessInfo } from '../context.ts';

/** What whoever opens a port knows of the process that holds it. */
export interface PortContext {
  readonly process: ProcessInfo;
  /** Called when this process has crashed or was closed: what it holds outside is to be given back. */
  readonly onEnd: (listener: () => void) => void;
  /** The way from this process to the store that the port is; on that of no store nothing goes wrong. */
  readonly way: Way;
}

/**
 * A way to something outside that is no service: a socket, a processor, a screen. An object of
 * functions; when its process has crashed, its calls no longer arrive and handlers that were given
 * to it are no longer called.
 */
export interface PortDefinition<Port extends object> {
  readonly kind: 'port';
  readonly name: string;
  /** What faults can strike of it, where it is a store that is reached over a network. Default: nothing. */
  readonly store?: Omit<StoreWay, 'name'>;
  readonly open: (context: PortContext) => Port;
}

/** Declares a port. */
export function definePort<Port extends object>(
  options: Omit<PortDefinition<Port>, 'kind'>,
): PortDefinition<Port> {
  return Object.freeze({ ...options, kind: 'port' });
}

/** The way to the store that a port is; `undefined` when it is none. The same one each time. */
export function wayOf(definition: PortDefinition<object>): StoreWay | undefined {
  const { name, store } = definition;
  if (store === undefined) return undefined;
  const way = ways.get(definition) ?? { name, ...store };
  ways.set(definition, way);
  return way;
}

const ways = new WeakMap<object, StoreWay>();
