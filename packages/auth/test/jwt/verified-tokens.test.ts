import t from 'tap'
import { readToken } from '../../src/jwt/token.ts'
import { createVerifiedTokens, freezeClaims } from '../../src/jwt/verified-tokens.ts'
import { vectors } from '../support/rfc-vectors.ts'

t.test('createVerifiedTokens: keeps those used last, none that is long, and what it keeps cannot be changed', async (t) => {
  const memory = createVerifiedTokens(10)
  const token = { header: readToken(vectors[0].token)!.header, key: {} as never, claims: freezeClaims({ a: { b: [{}] } }) }
  for (let i = 0; i < 1000; i++) {
    memory.keep(`t${i}`, token)
    t.equal(memory.find('t0'), token)
  }
  const found = Array.from({ length: 1000 }, (_, i) => memory.find(`t${i}`)).filter((found) => found !== undefined)
  t.ok(found.length >= 5 && found.length <= 10, `${found.length}`)
  memory.keep('x'.repeat(5000), token)
  t.equal(memory.find('x'.repeat(5000)), undefined)
  for (const part of [token.claims, token.claims['a'], (token.claims['a'] as { b: object[] }).b, (token.claims['a'] as { b: object[] }).b[0]]) t.ok(Object.isFrozen(part))
  let bomb: unknown = 1
  for (let i = 0; i < 100_000; i++) bomb = [bomb]
  t.ok(freezeClaims({ bomb }))
})
