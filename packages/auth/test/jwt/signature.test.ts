import { createPublicKey, createSecretKey } from 'node:crypto'
import t from 'tap'
import { algorithms, algorithmsOf } from '../../src/jwt/algorithms.ts'
import { createSignatureCheck } from '../../src/jwt/signature.ts'
import { readToken } from '../../src/jwt/token.ts'
import { vectors } from '../support/rfc-vectors.ts'
import { createSecretSigner, createSigner } from '../support/tokens.ts'

t.test('createSignatureCheck: the examples of the RFCs', async (t) => {
  for (const { name, alg, jwk, token: text } of vectors) {
    const key = jwk.kty === 'oct' ? createSecretKey(jwk.k, 'base64url') : createPublicKey({ key: jwk, format: 'jwk' })
    const token = readToken(text)!
    t.equal(token.header.alg, alg, name)
    t.ok(createSignatureCheck(alg)(key, token.input, token.signature), `${name}: accepted`)
    token.signature[3]! ^= 1
    t.notOk(createSignatureCheck(alg)(key, token.input, token.signature), `${name}: another signature`)
    t.ok((algorithmsOf(jwk) as readonly string[]).includes(alg), name)
  }
  t.same(readToken(vectors[0].token)!.readClaims(), { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true })
  t.equal(readToken(vectors[3].token)!.readClaims(), null, 'a payload that is no JSON')
})

t.test('createSignatureCheck: every algorithm takes what jose signs, and nothing else', async (t) => {
  for (const alg of algorithms) {
    const isSecret = alg.startsWith('HS')
    const signer = isSecret ? createSecretSigner(alg, 'k') : await createSigner(alg, 'k')
    const key = isSecret ? createSecretKey(signer.jwk.k!, 'base64url') : createPublicKey({ key: signer.jwk as never, format: 'jwk' })
    const { input, signature } = readToken(await signer.sign({ sub: 'a' }))!
    const isSigned = createSignatureCheck(alg)
    t.ok(isSigned(key, input, signature), alg)
    t.notOk(isSigned(key, Buffer.concat([input, Buffer.from('A')]), signature), `${alg}: more was signed`)
    t.notOk(isSigned(key, input, signature.subarray(0, -1)), `${alg}: a cut signature`)
    t.notOk(isSigned(key, input, Buffer.alloc(0)), `${alg}: no signature`)
    t.notOk(isSigned(key, input, Buffer.alloc(signature.length)), `${alg}: zeros`)
  }
})
