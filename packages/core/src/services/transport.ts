import type { CallOptions } from './client.ts';
import type { HostedOperation } from './hosted-operation.ts';
import type { Link } from './link.ts';
import type { ServiceHost } from './service-host.ts';

/** How calls reach the services; what happens to them there is the same for all transports. */
export interface Transport {
  /** A service was connected: from now on its operations can be reached. */
  serve(host: ServiceHost): void;
  /** Calls an operation; once the link is cut the caller hears nothing any more. */
  call(
    host: ServiceHost,
    operation: HostedOperation,
    input: unknown,
    options: CallOptions,
    link?: Link,
  ): Promise<unknown>;
  /** Puts back whatever the transport replaced. */
  dispose(): void;
}

/** Runs real asynchronous work while virtual time stands still. */
export type Hold = <T>(work: () => Promise<T>) => Promise<T>;
