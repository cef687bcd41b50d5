import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorBody, errorStatus, storedError } from '../../../backend/contract/errorBody.ts';
import { type ErrorCode, TataraError } from '../../../backend/contract/errors.ts';
import { nativeError } from '../../../backend/engines/formatErrors.ts';
import { engineErrors } from '../../../native/contract/errors.ts';

test('every code of the engine has a text', () => {
  for (const code of engineErrors)
    assert.notEqual(nativeError(code, {}).code, code === 'engine_bug' ? '' : 'engine_bug', code);
  assert.equal(nativeError('nonsense', {}).code, 'engine_bug');
});

test('a detail in the reader’s language takes the place of the other', () => {
  const error = storedError(
    new TataraError('model_damaged', { path: '/m', reason: 'it is empty', reason_ja: '空です' }),
  );
  assert.equal(errorBody(error, 'en').message, '/m cannot be used as a model: it is empty.');
  assert.equal(errorBody(error, 'ja').message, '/m をモデルとして使えません: 空です。');
  assert.deepEqual(errorBody(error, 'ja').details, { path: '/m', reason: 'it is empty' });
});

test('whatever else is thrown is a bug', () => {
  const error = storedError(new RangeError('too far'));
  assert.equal(errorStatus(error.code), 500);
  const body = errorBody(error, 'en', 'id-1');
  assert.deepEqual([body.code, body.type, body.request_id], ['internal', 'server_error', 'id-1']);
  assert.match(`${body.message} ${body.hint}`, /too far.*id-1/);
  assert.equal(errorBody(storedError('text'), 'en').code, 'internal');
});

test('types are those of OpenAI', () => {
  const types: [ErrorCode, string][] = [
    ['unauthorized', 'authentication_error'],
    ['request_origin', 'permission_error'],
    ['run_not_found', 'not_found_error'],
    ['request_invalid', 'invalid_request_error'],
    ['disk_full', 'server_error'],
  ];
  for (const [code, type] of types) assert.equal(errorBody(storedError(new TataraError(code)), 'en').type, type);
});
