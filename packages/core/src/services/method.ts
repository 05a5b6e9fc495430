/** HTTP methods that an operation may have. */
export const methods = ['GET', 'DELETE', 'POST', 'PUT', 'PATCH'] as const;
/** An HTTP method that an operation may have. */
export type Method = (typeof methods)[number];

/** Whether the input travels in the body; otherwise it travels in the path and the query. */
export function hasBody(method: Method): boolean {
  return method !== 'GET' && method !== 'DELETE';
}
