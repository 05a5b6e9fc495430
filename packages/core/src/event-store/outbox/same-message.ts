import { jsonEquals } from '../json.ts';
import type { OutboxMessage } from './outbox.ts';
import type { PreparedMessage } from './prepare-messages.ts';

/** Whether a message that is to be enqueued says what the one of its id says already. */
export function isSameMessage(
  stored: Pick<OutboxMessage, 'topic' | 'key' | 'payload' | 'headers'>,
  { topic, key, payload, headers }: PreparedMessage,
): boolean {
  return (
    stored.topic === topic &&
    stored.key === key &&
    jsonEquals(JSON.parse(payload), stored.payload) &&
    jsonEquals(JSON.parse(headers), stored.headers)
  );
}
