import { ERROR_CODES, type ErrorDetails, type Failure } from '@shared/contract/errors';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What a rejected call carries; anything else that was thrown is a fault of the page itself. */
export function failureOf(error: unknown): Failure {
  if (isRecord(error)) {
    const code = ERROR_CODES.find((known) => known === error['code']);
    const message = typeof error['message'] === 'string' ? error['message'] : 'Something without a message was thrown.';
    const details = isRecord(error['details']) ? (error['details'] as ErrorDetails) : {};
    if (code) return { code, message, details };
    return { code: 'INTERNAL', message, details: {} };
  }
  return { code: 'INTERNAL', message: String(error), details: {} };
}
