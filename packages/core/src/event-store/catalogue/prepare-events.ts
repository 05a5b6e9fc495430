import { checkText } from '../checks.ts';
import { InvalidEventError } from '../errors.ts';
import { isUuid, newEventId } from '../event-id.ts';
import type { NewEvent } from '../event.ts';
import { toJson } from '../json.ts';
import type { EventCatalogue } from './define-events.ts';

/** An event that was checked and is ready to be written. */
export interface PreparedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** JSON. */
  readonly data: string;
  /** JSON. */
  readonly metadata: string;
}

/**
 * Checks events before anything is sent, and gives ids to those that have none.
 *
 * @throws InvalidEventError for the first that does not match its schema or cannot be stored.
 * @throws RangeError when there is none, or one has an unusable type.
 */
export function prepareEvents(
  events: readonly NewEvent[],
  catalogue: EventCatalogue | undefined,
): PreparedEvent[] {
  if (events.length === 0) throw new RangeError('events must hold at least one event, got none.');
  const seen = new Set<string>();
  return events.map((event) => {
    checkText('type', event.type);
    const eventId = event.eventId?.toLowerCase() ?? newEventId();
    if (!isUuid(eventId)) refuse(event.type, `its eventId ${JSON.stringify(eventId)} is no UUID`);
    if (seen.has(eventId)) refuse(event.type, `its eventId ${eventId} is there twice`);
    seen.add(eventId);
    const { data, schemaVersion } = validate(event, catalogue);
    return {
      eventId,
      type: event.type,
      schemaVersion,
      data: jsonOf(data, event.type),
      metadata: metadataOf(event),
    };
  });
}

function validate(
  event: NewEvent,
  catalogue: EventCatalogue | undefined,
): { readonly data: unknown; readonly schemaVersion: number } {
  if (catalogue === undefined) return { data: event.data, schemaVersion: 1 };
  if (!Object.hasOwn(catalogue.definitions, event.type)) {
    refuse(event.type, 'the catalogue has no such type');
  }
  const definition = catalogue.definitions[event.type];
  const parsed = definition?.schema.safeParse(event.data);
  if (parsed?.success !== true) {
    const issues = parsed?.error.issues ?? [];
    throw new InvalidEventError(
      event.type,
      issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
      { cause: parsed?.error },
    );
  }
  return { data: parsed.data, schemaVersion: definition?.schemaVersion ?? 1 };
}

function jsonOf(value: unknown, type: string): string {
  return toJson(value, (issue) => new InvalidEventError(type, [issue]));
}

function metadataOf({ metadata = {}, type }: NewEvent): string {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    refuse(type, 'its metadata is no object of keys and values');
  }
  return jsonOf(metadata, type);
}

function refuse(type: string, message: string): never {
  throw new InvalidEventError(type, [{ path: '', message }]);
}
