import type { ProcessInfo } from '../context.ts';

/** What whoever opens a port knows of the process that holds it. */
export interface PortContext {
  readonly process: ProcessInfo;
  /** Called when this process has crashed or was closed: what it holds outside is to be given back. */
  readonly onEnd: (listener: () => void) => void;
}

/**
 * A way to something outside that is no service: a socket, a processor, a screen. An object of
 * functions; when its process has crashed, its calls no longer arrive and handlers that were given
 * to it are no longer called.
 */
export interface PortDefinition<Port extends object> {
  readonly kind: 'port';
  readonly name: string;
  readonly open: (context: PortContext) => Port;
}

/** Declares a port. */
export function definePort<Port extends object>(
  options: Omit<PortDefinition<Port>, 'kind'>,
): PortDefinition<Port> {
  return Object.freeze({ ...options, kind: 'port' });
}
