import { z } from 'zod';
import {
  InvalidRequestError,
  ServiceError,
  type ServiceErrorCode,
  ServiceOverloadedError,
} from '../errors.ts';

/** The JSON body of an answer with an error status. */
const problemSchema = z.object({
  error: z.object({
    code: z.enum([
      'SERVICE_ERROR',
      'SERVICE_OVERLOADED',
      'INVALID_REQUEST',
    ] satisfies ServiceErrorCode[]),
    message: z.string(),
    body: z.unknown().optional(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
  }),
});

/** A definite failure as an answer. */
export function problemResponse(error: ServiceError): Response {
  const { code, reason: message, status } = error;
  const detail =
    error instanceof InvalidRequestError ? { issues: error.issues } : { body: error.body };
  return Response.json({ error: { code, message, ...detail } }, { status });
}

/** The definite failure that an answer stands for. */
// oxlint-disable-next-line typescript/consistent-return -- the switch knows every code
export async function readProblem(
  service: string,
  operation: string,
  response: Response,
): Promise<ServiceError> {
  const { error } = problemSchema.parse(await response.json());
  switch (error.code) {
    case 'SERVICE_OVERLOADED':
      return new ServiceOverloadedError(service, operation);
    case 'INVALID_REQUEST':
      return new InvalidRequestError(service, operation, error.issues);
    case 'SERVICE_ERROR':
      return new ServiceError(service, operation, response.status, error.message, error.body);
  }
}
