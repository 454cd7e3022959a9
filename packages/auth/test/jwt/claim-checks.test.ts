import t from 'tap'
import { createClaimCheck } from '../../src/jwt/claim-checks.ts'

t.test('createClaimCheck: dates, issuer and audience', async (t) => {
  const check = createClaimCheck({ issuer: 'me', audience: ['a', 'b'], leeway: 2 })
  const now = 1000
  const good = { iss: 'me', aud: ['c', 'b', 'a'], exp: 1100, nbf: 900, iat: 900 }
  t.equal(check(good, now), null)
  for (const fields of [{ exp: 999 }, { exp: 998.5 }, { exp: null }, { nbf: 1002 }, { iat: 1001.5 }, { sub: 's', jti: 'j' }, { exp: undefined, nbf: undefined, iat: undefined }]) {
    t.equal(check({ ...good, ...fields }, now), null, JSON.stringify(fields))
  }
  for (const fields of [{ exp: 997 }, { exp: -1 }, { exp: 0 }, { exp: '1100' }, { exp: true }, { exp: [] }, { exp: 1e300 }, { exp: Infinity }, { nbf: 1003 }, { nbf: 'now' }, { iat: 1003 }, { iat: {} }, { iss: 'you' }, { iss: 1 }, { iss: undefined }, { sub: 5 }, { jti: {} }, { aud: ['a'] }, { aud: 'a' }, { aud: undefined }, { aud: null }, { aud: ['a', 'b', 1] }, { aud: { a: 1 } }]) {
    t.type(check({ ...good, ...fields }, now), 'string', JSON.stringify(fields))
  }
  const lenient = createClaimCheck({ issuer: '', audience: [], leeway: 1 })
  t.equal(lenient({}, now), null)
  t.equal(lenient({ aud: 'x', iss: 'y' }, now), null)
  t.type(lenient({ aud: 5 }, now), 'string')
  t.equal(createClaimCheck({ issuer: '', audience: ['a'], leeway: 1 })({ aud: 'a' }, now), null)
})
