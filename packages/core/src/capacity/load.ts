/** Load and size of a pool. */
export interface Load {
  readonly servers: number;
  /** Offered load in erlangs: arrival rate times mean service time. */
  readonly offered: number;
}

/** @throws RangeError that names the option and the value. */
export function checkLoad({ servers, offered }: Load): void {
  if (!Number.isInteger(servers) || servers < 1) {
    throw new RangeError(
      `Failed to size a pool: servers is ${servers}. Use a whole number of at least 1.`,
    );
  }
  if (!Number.isFinite(offered) || offered < 0) {
    throw new RangeError(
      `Failed to size a pool: the offered load is ${offered} erlangs. Use arrival rate times service time, 0 or more.`,
    );
  }
}
