/**
 * Where the code under way was called from. Known only while the pool calls a handler or an
 * observer: what these do after their first `await` looks like anybody else's code, which is what
 * `cause` is for.
 */
export class Lineage {
  /** Emits that led to what is under way; undefined outside of the pool. */
  depth: number | undefined;
  /** Whether it is an observer. */
  isObserver = false;
}
