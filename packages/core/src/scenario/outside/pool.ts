/** A pool of connections that each process keeps to something outside. */
export interface PoolDefinition {
  readonly kind: 'pool';
  /** Kebab-case; the name of the part in the record. */
  readonly name: string;
  /** Name of the service to which its connections lead; for drawings. */
  readonly to: string;
  /** Connections; a positive integer. */
  readonly size: number;
  /** Callers that may wait for one; 0 or more. */
  readonly maxWaiters: number;
  /** Longest wait for a connection, in ms. */
  readonly acquireTimeoutMs: number;
}

/** Declares a pool. Each process gets one of its own, which a crash takes with it. */
export function definePool(options: Omit<PoolDefinition, 'kind'>): PoolDefinition {
  return Object.freeze({ ...options, kind: 'pool' });
}
