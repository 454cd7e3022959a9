import { createHmac } from 'node:crypto'

/** The secret that tokens are signed with; it protects nothing. */
const secret = Buffer.from('a secret of a differential test, long enough')
export const keySet = { keys: [{ kty: 'oct', kid: 'one', alg: 'HS256', use: 'sig', k: secret.toString('base64url') }] }

/** A token of claims, signed with HS256. `key` signs with another secret. */
export function token (claims: object, { header = {}, key = secret }: { header?: object, key?: Buffer } = {}): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid: 'one', ...header })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}
