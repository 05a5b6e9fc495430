import type { z } from 'zod';
import { checkInteger, checkText } from '../checks.ts';
import type { DomainEvent } from '../event.ts';

/** How one type of event looks, now and before. */
export interface EventDefinition<Schema extends z.ZodType = z.ZodType> {
  /** What a payload of the newest version must match. */
  readonly schema: Schema;
  /** Newest version of the payload's shape. Default: 1. */
  readonly schemaVersion?: number;
  /**
   * For every older version what makes its payload one of the next version. They are chained, and
   * the result must match `schema`.
   */
  readonly upcasts?: Upcasts;
}

/** Upcasts by the version that they start from. What one takes, only its author knows. */
export interface Upcasts {
  readonly [fromVersion: number]: Upcast['up'];
}

interface Upcast {
  /** A method, so that an upcast may say what the payload of its version looked like. */
  up(data: unknown): unknown;
}

/** Definitions of events by their types. */
export interface EventDefinitions {
  readonly [type: string]: EventDefinition;
}

/** The types of event that a store may hold. */
export interface EventCatalogue<Definitions extends EventDefinitions = EventDefinitions> {
  readonly definitions: Definitions;
}

/** The events of a catalogue, as a union over their types. */
export type EventOf<Catalogue extends EventCatalogue> = {
  [Type in keyof Catalogue['definitions'] & string]: DomainEvent<
    Type,
    z.output<Catalogue['definitions'][Type]['schema']>
  >;
}[keyof Catalogue['definitions'] & string];

/**
 * Makes the catalogue of the events that a store may hold. An append validates against it; reading
 * brings old versions up to the newest.
 *
 * @throws RangeError when a version has no upcast, or an upcast no version.
 */
export function defineEvents<const Definitions extends EventDefinitions>(
  definitions: Definitions,
): EventCatalogue<Definitions> {
  for (const [type, { schemaVersion = 1, upcasts = {} }] of Object.entries(definitions)) {
    checkText('event type', type);
    checkInteger(`schemaVersion of "${type}"`, schemaVersion, 1);
    for (let version = 1; version < schemaVersion; version += 1) {
      if (upcasts[version] === undefined) {
        throw new RangeError(
          `upcasts of "${type}" must have one from version ${version}, as its schemaVersion is ${schemaVersion}.`,
        );
      }
    }
    const extra = Object.keys(upcasts).find((version) => Number(version) >= schemaVersion);
    if (extra !== undefined) {
      throw new RangeError(
        `upcasts of "${type}" must start below its schemaVersion ${schemaVersion}, got one from ${extra}.`,
      );
    }
  }
  return { definitions };
}
