/** What one client does as much of as it can, each for itself; it comes back when it is hung up on. */
export const floods = ['messages', 'acknowledgements', 'bytes', 'connections', 'requests'] as const;
export type FloodKind = (typeof floods)[number];
