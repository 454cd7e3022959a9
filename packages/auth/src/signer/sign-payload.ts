import type { KeyObject } from 'node:crypto'
import { CompactSign } from 'jose/jws/compact/sign'
import { FlattenedSign } from 'jose/jws/flattened/sign'

/** Signs the bytes of a payload, and writes the token. */
export type SignPayload = (payload: string, key: KeyObject) => Promise<string>

/** Creates the writer of tokens, in the compact form or in JSON. The header is `alg`, `kid` and `typ`, in this order. */
export function createSigning (alg: string, kid: string, full: boolean): SignPayload {
  const header = { alg, kid, typ: 'JWT' }
  if (!full) return (payload, key) => new CompactSign(Buffer.from(payload)).setProtectedHeader(header).sign(key)
  return async function signInFull (text, key) {
    const { payload, protected: head, signature } = await new FlattenedSign(Buffer.from(text)).setProtectedHeader(header).sign(key)
    return JSON.stringify({ payload, protected: head, signature })
  }
}
