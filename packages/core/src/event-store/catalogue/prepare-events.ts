import { isStorable } from '../checks.ts';
import { InvalidEventError } from '../errors.ts';
import { isUuid, newEventId } from '../event-id.ts';
import type { NewEvent } from '../event.ts';
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
 * @throws RangeError when there is none.
 */
export function prepareEvents(
  events: readonly NewEvent[],
  catalogue: EventCatalogue | undefined,
): PreparedEvent[] {
  if (events.length === 0) throw new RangeError('events must hold at least one event, got none.');
  const seen = new Set<string>();
  return events.map((event) => {
    const eventId = event.eventId?.toLowerCase() ?? newEventId();
    if (!isUuid(eventId)) refuse(event.type, `its eventId ${JSON.stringify(eventId)} is no UUID`);
    if (seen.has(eventId)) refuse(event.type, `its eventId ${eventId} is there twice`);
    seen.add(eventId);
    if (event.type === '' || !isStorable(event.type)) refuse(event.type, 'its type is unusable');
    const { data, schemaVersion } = validate(event, catalogue);
    return {
      eventId,
      type: event.type,
      schemaVersion,
      data: toJson(data, event.type),
      metadata: event.metadata === undefined ? '{}' : toJson(event.metadata, event.type),
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

/** JSON writes NUL and lone surrogates as escapes, and PostgreSQL takes neither. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** JSON of a value, as a database can hold it. @throws InvalidEventError for what JSON cannot say. */
export function toJson(value: unknown, type: string): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (cause) {
    throw new InvalidEventError(type, [{ path: '', message: 'it is no JSON value' }], { cause });
  }
  if (json === undefined) refuse(type, 'it is no JSON value');
  if (json.includes(String.raw`\u`) && unstorable.test(json)) {
    refuse(type, 'a text in it has NUL or a lone surrogate, which PostgreSQL cannot hold');
  }
  return json;
}

function refuse(type: string, message: string): never {
  throw new InvalidEventError(type, [{ path: '', message }]);
}
