/** What went wrong, in one line. A connection that failed at several addresses has its reasons inside. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return [...new Set(error.errors.map(reasonOf))].join('; ');
  }
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
