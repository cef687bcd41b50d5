import { BackendError } from '../../../backend/client/backendError.ts';

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof BackendError && error.body.code === code;
}
