import { expect, test } from 'vitest';
import { decode, publicKeyOf, readCertificate, sign, signCertificate } from './certificate.ts';

/** RFC 8037, appendix A.1 and A.4. */
const vector = {
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  payload: 'Example of Ed25519 signing',
  jws: 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
};
const secret = decode(vector.d);
const claims = { learner: 'ada', scores: { basics: 80 }, issuedAtMs: 1 };

test('the vector of RFC 8037 comes out to the byte', () => {
  expect(publicKeyOf(secret)).toEqual(decode(vector.x));
  expect(sign(vector.payload, secret)).toBe(vector.jws);
});

test('a certificate can be read with the public key', () => {
  expect(readCertificate(signCertificate(claims, secret), publicKeyOf(secret))).toEqual(claims);
});

test('one that was changed, or signed by somebody else, is none', () => {
  const token = signCertificate(claims, secret);
  const other = signCertificate({ ...claims, learner: 'eve' }, secret);
  const [header = '', , signature = ''] = token.split('.');
  const mixed = [header, other.split('.')[1], signature].join('.');
  const none = [mixed, 'x', `${token}.x`, token.replace(/^[^.]+/, btoa('{"alg":"none"}'))];
  for (const each of none) expect(readCertificate(each, publicKeyOf(secret))).toBeUndefined();
  const stranger = publicKeyOf(new Uint8Array(32).fill(7));
  expect(readCertificate(token, stranger)).toBeUndefined();
});
