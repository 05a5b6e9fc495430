import { checkText } from '../checks.ts';
import { isUuid, newEventId } from '../event-id.ts';
import { toJson } from '../json.ts';
import { InvalidMessageError } from './errors.ts';
import type { NewOutboxMessage } from './outbox.ts';

/** A message that was checked and is ready to be written. */
export interface PreparedMessage {
  readonly messageId: string;
  readonly topic: string;
  readonly key: string;
  /** JSON. */
  readonly payload: string;
  /** JSON. */
  readonly headers: string;
}

/**
 * Checks messages and gives ids to those that have none.
 *
 * @throws RangeError naming what is missing. @throws InvalidMessageError for what JSON cannot say.
 */
export function prepareMessages(messages: readonly NewOutboxMessage[]): PreparedMessage[] {
  const seen = new Set<string>();
  return messages.map(({ messageId, topic, key, payload, headers = {} }) => {
    const id = messageId === undefined ? newEventId() : checkMessageId(messageId);
    if (seen.has(id))
      throw new RangeError(`messageId must be there once in a list, got ${id} twice.`);
    seen.add(id);
    checkText('topic', topic);
    if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
      throw new RangeError(
        `headers must be an object of names and values, got ${String(headers)}.`,
      );
    }
    return {
      messageId: id,
      topic,
      key: checkText('key', key),
      payload: toJson(payload, (issue) => new InvalidMessageError(topic, 'payload', issue)),
      headers: toJson(headers, (issue) => new InvalidMessageError(topic, 'headers', issue)),
    };
  });
}

/** @throws RangeError unless it is a UUID, in either case. Gives it in lower case. */
export function checkMessageId(messageId: string): string {
  const id = typeof messageId === 'string' ? messageId.toLowerCase() : '';
  if (isUuid(id)) return id;
  throw new RangeError(`messageId must be a UUID, got ${JSON.stringify(messageId)}.`);
}
