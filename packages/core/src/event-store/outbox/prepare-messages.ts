import { toJson } from '../catalogue/prepare-events.ts';
import { checkText } from '../checks.ts';
import { isUuid, newEventId } from '../event-id.ts';
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
 * @throws RangeError naming what is missing. @throws InvalidEventError for what JSON cannot say.
 */
export function prepareMessages(messages: readonly NewOutboxMessage[]): PreparedMessage[] {
  return messages.map(({ messageId = newEventId(), topic, key, payload, headers = {} }) => {
    if (!isUuid(messageId)) {
      throw new RangeError(
        `messageId must be a UUID in lower case, got ${JSON.stringify(messageId)}.`,
      );
    }
    return {
      messageId,
      topic: checkText('topic', topic),
      key: checkText('key', key),
      payload: toJson(payload, topic),
      headers: toJson(headers, topic),
    };
  });
}
