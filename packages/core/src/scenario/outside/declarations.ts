import type { ConnectionPool } from '../../resilience/index.ts';
import type {
  ChannelDefinition,
  Client,
  Inbox,
  Operations,
  Service,
} from '../../services/index.ts';
import type { PoolDefinition } from './pool.ts';
import type { PortDefinition } from './port.ts';
import type { Reference } from './reference.ts';

/** One thing outside a process that it can reach. */
export type Declaration =
  // oxlint-disable-next-line typescript/no-explicit-any -- existential: each service has its own operations
  | Service<any>
  // oxlint-disable-next-line typescript/no-explicit-any -- existential: each channel has its own message
  | ChannelDefinition<any>
  | PoolDefinition
  | PortDefinition<object>
  | Reference<unknown>;

/**
 * What is outside: declared, and connected by the runner for each process of a system, so that a
 * crash, a fault or a measurement happens to every implementation alike. May be nested once, for
 * things of one kind: `gateways: { us, eu, apac }`.
 */
export interface Declarations {
  readonly [name: string]: Declaration | Readonly<Record<string, Declaration>>;
}

/** What a process holds of a declaration. */
export type Connected<D> =
  D extends Service<infer Own extends Operations>
    ? Client<Own>
    : D extends ChannelDefinition<infer Message>
      ? Inbox<Message>
      : D extends PoolDefinition
        ? ConnectionPool
        : D extends PortDefinition<infer Port>
          ? Port
          : D extends Reference<infer Value>
            ? Value
            : { readonly [Name in keyof D]: Connected<D[Name]> };

/** What an implementation is handed of what is outside: clients, inboxes, pools and ports. */
export type Outside<D extends Declarations> = { readonly [Name in keyof D]: Connected<D[Name]> };
