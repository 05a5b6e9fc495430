/**
 * What a cached value belongs to. Whatever decides the answer must be in the key: the classic leak
 * is a page of one user cached under its path alone.
 */
export interface Scope {
  /** Who may see the value; null for what is the same for everybody. */
  readonly owner: string | null;
  /** `catalogue`, `profile`, ... */
  readonly kind: string;
  readonly id: string;
}

/**
 * A key that no other scope has. Each part is written with its length, so that no separator inside
 * a part can make two scopes meet.
 */
export function cacheKey({ owner, kind, id }: Scope): string {
  const parts = owner === null ? [kind, id] : [kind, id, owner];
  return parts.map((part) => `${part.length}:${part}`).join('/');
}

/**
 * The scope of a key.
 *
 * @throws Error when it is none of `cacheKey`.
 */
export function scopeOf(key: string): Scope {
  const parts: string[] = [];
  for (let at = 0; at < key.length;) {
    const colon = key.indexOf(':', at);
    const length = Number(key.slice(at, colon));
    parts.push(key.slice(colon + 1, colon + 1 + length));
    // The slash after each part but the last.
    at = colon + 1 + length + 1;
  }
  const [kind, id, owner = null] = parts;
  if (kind === undefined || id === undefined) {
    throw new Error(
      `Failed to read the cache key "${key}": it has no kind and id. Make it with cacheKey.`,
    );
  }
  return { owner, kind, id };
}

/** What every user has an own one of. */
const owned = new Set(['profile', 'patients']);

/** What a user sees under this name. */
export function scopeFor(user: string, kind: string, id: string): Scope {
  return { owner: owned.has(kind) ? user : null, kind, id };
}
