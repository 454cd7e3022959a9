import { constants, createHmac, timingSafeEqual, verify, type KeyObject } from 'node:crypto'
import { digestOf, type Algorithm } from './algorithms.ts'

/** Returns whether a signature was made with a key. */
export type CheckSignature = (key: KeyObject, input: Buffer, signature: Buffer) => boolean

/**
 * Creates the check of one algorithm's signatures. It is synchronous: WebCrypto and its threads take more than twice
 * the processor time for RSA (benchmarks/validate.mjs).
 */
export function createSignatureCheck (algorithm: Algorithm): CheckSignature {
  const digest = digestOf(algorithm)
  switch (algorithm.slice(0, 2)) {
    case 'HS': return (key, input, signature) => {
      const expected = createHmac(digest, key).update(input).digest()
      return signature.length === expected.length && timingSafeEqual(signature, expected)
    }
    case 'RS': return (key, input, signature) => verify(digest, input, key, signature)
    case 'PS': return (key, input, signature) => verify(
      digest,
      input,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
      signature
    )
    case 'ES': return (key, input, signature) => verify(digest, input, { key, dsaEncoding: 'ieee-p1363' }, signature)
    default: return (key, input, signature) => verify(null, input, key, signature)
  }
}
