import type { z } from 'zod';
import { ExpectedError, type FailureOutcome } from '../resilience/index.ts';

/** Why a call ended without its answer. Every error of a call is one of its subclasses. */
export abstract class CallError extends ExpectedError {
  abstract readonly code: string;
  abstract readonly outcome: FailureOutcome;
  readonly service: string;
  readonly operation: string;

  constructor(service: string, operation: string, cause: string, remedy: string) {
    super(`Failed to call ${service}.${operation}: ${cause}. ${remedy}`);
    this.name = new.target.name;
    this.service = service;
    this.operation = operation;
  }
}

/** Codes of definite failures, as they travel in the body of an HTTP answer. */
export type ServiceErrorCode = 'SERVICE_ERROR' | 'SERVICE_OVERLOADED' | 'INVALID_REQUEST';

/** The service answered, and its answer is no: a definite failure. */
export class ServiceError extends CallError {
  readonly code: ServiceErrorCode = 'SERVICE_ERROR';
  readonly outcome = 'failure';
  /** HTTP status of the answer, 400 to 599. */
  readonly status: number;
  /** The service's own words, e.g. "card declined". */
  readonly reason: string;
  /** What the service sent with its refusal; `undefined` when nothing. */
  readonly body: unknown;

  constructor(service: string, operation: string, status: number, reason: string, body?: unknown) {
    super(
      service,
      operation,
      `${reason} (status ${status})`,
      status < 500
        ? 'Change the request before repeating it.'
        : 'It was not performed; repeat it later.',
    );
    this.status = status;
    this.reason = reason;
    this.body = body;
  }
}

/** The service was at its limits and took nothing on: a definite failure with status 503. */
export class ServiceOverloadedError extends ServiceError {
  override readonly code = 'SERVICE_OVERLOADED';

  constructor(service: string, operation: string) {
    super(service, operation, 503, 'the service is at its limit of concurrent requests');
  }
}

/** The request does not match the schema of the operation: a definite failure with status 400. */
export class InvalidRequestError extends ServiceError {
  override readonly code = 'INVALID_REQUEST';
  readonly issues: readonly InputIssue[];

  constructor(service: string, operation: string, issues: readonly InputIssue[]) {
    const first = issues[0];
    const where = first === undefined || first.path === '' ? '' : ` at "${first.path}"`;
    super(
      service,
      operation,
      400,
      `invalid input${where}: ${first?.message ?? 'no detail'}`,
      issues,
    );
    this.issues = issues;
  }
}

/** One reason why an input was refused. */
export interface InputIssue {
  /** Dotted path to the value; empty for the input itself. */
  readonly path: string;
  readonly message: string;
}

/** The issues of a failed parse, as plain data that can travel. */
export function inputIssues(error: z.ZodError): readonly InputIssue[] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}

/** No answer within the caller's limit. The service may still perform it: the outcome is unknown. */
export class ServiceTimeoutError extends CallError {
  readonly code = 'SERVICE_TIMEOUT';
  readonly outcome = 'unknown';
  readonly timeoutMs: number;

  constructor(service: string, operation: string, timeoutMs: number) {
    super(
      service,
      operation,
      `no answer within ${timeoutMs} ms`,
      'It may have been performed: look it up, or repeat it with the same idempotency key.',
    );
    this.timeoutMs = timeoutMs;
  }
}

/** The connection broke before the answer. The outcome is unknown. */
export class ConnectionResetError extends CallError {
  readonly code = 'CONNECTION_RESET';
  readonly outcome = 'unknown';

  constructor(service: string, operation: string) {
    super(
      service,
      operation,
      'the connection was reset',
      'It may have been performed: look it up, or repeat it with the same idempotency key.',
    );
  }
}

/** The answer broke off and cannot be read. The operation was performed, but nobody can know that. */
export class AnswerCutError extends CallError {
  readonly code = 'ANSWER_CUT';
  readonly outcome = 'unknown';

  constructor(service: string, operation: string) {
    super(
      service,
      operation,
      'the answer broke off',
      'It may have been performed: look it up, or repeat it with the same idempotency key.',
    );
  }
}

/** The caller's signal ended the wait; its reason is the `cause`. The outcome is unknown. */
export class CallCancelledError extends CallError {
  readonly code = 'CALL_CANCELLED';
  readonly outcome = 'unknown';

  constructor(service: string, operation: string, reason: unknown) {
    super(
      service,
      operation,
      'the caller cancelled it',
      'It may have been performed: look it up before repeating it.',
    );
    this.cause = reason;
  }
}

/** A `fetch` of an address that no connected service serves: a mistake in the set-up. */
export class UnmockedUrlError extends Error {
  override readonly name = 'UnmockedUrlError';
  readonly code = 'UNMOCKED_URL';
  readonly method: string;
  readonly url: string;

  constructor(method: string, url: string, served: readonly string[]) {
    const known = served.length === 0 ? 'No service is connected' : `Served: ${served.join(', ')}`;
    super(
      `Failed to fetch ${method} ${url}: no mock service serves it. ` +
        `Connect the service that does, or correct the address. ${known}.`,
    );
    this.method = method;
    this.url = url;
  }
}

/** Thrown by `handle` to refuse a request: the caller gets a `ServiceError`. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
  readonly status: number;
  readonly body: unknown;

  /**
   * @param status HTTP status, 400 to 599.
   * @param reason What a person reads, e.g. "card declined".
   * @param body Plain data that goes with the refusal.
   * @throws RangeError for any other status
   */
  constructor(status: number, reason: string, body?: unknown) {
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(`Invalid status ${status}: use an integer from 400 to 599.`);
    }
    super(reason);
    this.status = status;
    this.body = body;
  }
}

/** A fault given as text cannot be read. */
export class FaultSyntaxError extends Error {
  override readonly name = 'FaultSyntaxError';
  readonly code = 'FAULT_SYNTAX';
  readonly text: string;
  /** Which part is wrong, e.g. "kind". */
  readonly part: string;
  readonly value: string;

  constructor(text: string, part: string, value: string, cause: string, remedy: string) {
    super(`Failed to read fault "${text}": ${cause}. ${remedy}`);
    this.text = text;
    this.part = part;
    this.value = value;
  }
}
