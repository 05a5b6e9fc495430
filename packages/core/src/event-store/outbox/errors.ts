import { EventStoreError, type EventIssue } from '../errors.ts';

/** A message that cannot be stored: its payload or its headers are no JSON. */
export class InvalidMessageError extends EventStoreError {
  readonly code = 'INVALID_MESSAGE';
  readonly topic: string;
  readonly issue: EventIssue;

  constructor(topic: string, part: 'payload' | 'headers', issue: EventIssue) {
    const where = issue.path === '' ? '' : ` at "${issue.path}"`;
    super(
      `Failed to enqueue a message for "${topic}": in its ${part}, ${issue.message}${where}. Nothing ` +
        'was written; correct the message.',
    );
    this.topic = topic;
    this.issue = issue;
  }
}

/** A message id was used before, for a message that says something else. */
export class MessageIdReusedError extends EventStoreError {
  readonly code = 'MESSAGE_ID_REUSED';
  readonly messageIds: readonly string[];

  constructor(messageIds: readonly string[]) {
    super(
      `Failed to enqueue messages: ${messageIds.join(', ')} already stand in the outbox with other ` +
        'content. None of them was enqueued. Repeat a message as it was, or give a new one a new id.',
    );
    this.messageIds = messageIds;
  }
}

/** Publishing a message took too long; whether it was received is not known. */
export class PublishTimeoutError extends EventStoreError {
  readonly code = 'PUBLISH_TIMEOUT';
  readonly messageId: string;
  readonly timeoutMs: number;

  constructor(messageId: string, timeoutMs: number) {
    super(
      `Failed to publish message ${messageId}: it took longer than ${timeoutMs} ms, and may have been ` +
        'received. Raise publishTimeoutMs, or let the receiver answer sooner.',
    );
    this.messageId = messageId;
    this.timeoutMs = timeoutMs;
  }
}
