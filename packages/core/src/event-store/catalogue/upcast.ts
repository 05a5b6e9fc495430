import { UpcastError } from '../errors.ts';
import type { RecordedEvent } from '../event.ts';
import type { EventCatalogue, Upcasts } from './define-events.ts';

/**
 * The event with its payload in the newest shape that the catalogue knows. One that is in that shape
 * already is given back as it is, without validating it again.
 *
 * @throws UpcastError when the catalogue does not know the type or the version, an upcast fails, or
 *   its result does not match the schema.
 */
export function upcast(event: RecordedEvent, catalogue: EventCatalogue | undefined): RecordedEvent {
  if (catalogue === undefined) return event;
  const definition = Object.hasOwn(catalogue.definitions, event.type)
    ? catalogue.definitions[event.type]
    : undefined;
  if (definition === undefined) throw new UpcastError(event, 'the catalogue has no such type');
  const newest = definition.schemaVersion ?? 1;
  if (event.schemaVersion === newest) return event;
  if (event.schemaVersion > newest) {
    throw new UpcastError(event, `the catalogue knows versions up to ${newest}`);
  }
  const parsed = definition.schema.safeParse(raise(event, newest, definition.upcasts ?? {}));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UpcastError(
      event,
      `what its upcasts make does not match the schema: ${issue?.message ?? 'no detail'}` +
        (issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.join('.')}"`),
      { cause: parsed.error },
    );
  }
  return { ...event, data: parsed.data, schemaVersion: newest };
}

function raise(event: RecordedEvent, newest: number, upcasts: Upcasts): unknown {
  let data: unknown = structuredClone(event.data);
  for (let version = event.schemaVersion; version < newest; version += 1) {
    const step = upcasts[version];
    if (step === undefined) throw new UpcastError(event, `there is no upcast from ${version}`);
    try {
      data = step(data);
    } catch (cause) {
      throw new UpcastError(event, `its upcast from version ${version} failed`, { cause });
    }
  }
  return data;
}
