import type { EventFilter } from './event-store.ts';
import type { RecordedFields } from './event.ts';

type Matcher = (event: RecordedFields & { readonly type: string }) => boolean;

/** The predicate of a filter: every field that is there must match. */
export function matcherOf(filter: EventFilter = {}): Matcher {
  const types = filter.types && new Set(filter.types);
  const categories = filter.categories && new Set(filter.categories);
  const tenants = filter.tenants && new Set(filter.tenants);
  const buckets = filter.buckets && new Set(filter.buckets);
  return (event) =>
    (types?.has(event.type) ?? true) &&
    (categories?.has(event.stream.category) ?? true) &&
    (tenants?.has(event.tenant) ?? true) &&
    (buckets?.has(event.bucket) ?? true);
}
