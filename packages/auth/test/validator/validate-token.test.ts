import t from 'tap'
import type { Algorithm } from '../../src/jwt/algorithms.ts'
import { createVerifiedTokens } from '../../src/jwt/verified-tokens.ts'
import { readKeyRing, type KeyRing } from '../../src/keys/key-ring.ts'
import type { KeySource } from '../../src/keys/key-source.ts'
import { createTokenValidator, type TokenValidatorOptions, type Verdict } from '../../src/validator/validate-token.ts'
import type { ValidatorSettings } from '../../src/validator/settings.ts'
import { encrypted, flattened, unsecured, vectors } from '../support/rfc-vectors.ts'
import { createSigner, keySet } from '../support/tokens.ts'

t.test('createTokenValidator: a token that came before is checked anew, by what holds now', async (t) => {
  const [first, second] = await Promise.all([createSigner('RS256', 'k'), createSigner('RS256', 'k')])
  let ring: KeyRing = await readKeyRing(keySet(first), 'test')
  let time = 1_000_000
  let revoked = false
  let slow = false
  const memory = createVerifiedTokens()
  const source: KeySource = { find: (id, { strategy }) => slow ? Promise.resolve(ring.find(id, strategy)) : ring.find(id, strategy) }
  const options: TokenValidatorOptions = { source, memory, isRevoked: () => revoked, sharedMaxAge: 0, now: () => time }
  const checkOf = (settings: Partial<ValidatorSettings>) => createTokenValidator({ alg: 'RS256', ...settings }, options)
  const validate = checkOf({})
  const token = await first.sign({ exp: 2000, nbf: 500, aud: 'me' })
  const statusOf = async (verdict: Verdict | Promise<Verdict>) => { const known = await verdict; return 'status' in known ? known.status : 200 }
  const verdict = validate(token) as { claims: object }
  t.equal((validate(token) as { claims: object }).claims, verdict.claims, 'remembered')
  t.throws(() => { (verdict.claims as { aud: string }).aud = 'you' }, 'and cannot be changed')
  slow = true
  t.equal(await statusOf(validate(token)), 200)
  slow = false

  t.equal(await statusOf(checkOf({ audience: ['you'] })(token)), 401, 'at another endpoint')
  t.equal(await statusOf(checkOf({ alg: 'PS256' })(token)), 401)
  t.equal(await statusOf(checkOf({ roles: ['r'] })(token)), 403)
  t.equal(await statusOf(checkOf({ key_identify_strategy: 'x5t#S256' })(token)), 401)
  revoked = true
  t.equal(await statusOf(validate(token)), 401, 'revoked')
  revoked = false
  time = 2_002_000
  t.equal(await statusOf(validate(token)), 401, 'expired')
  time = 1_000_000
  t.equal(await statusOf(validate(token)), 200)
  t.equal(await statusOf(validate(token.slice(0, -4) + 'AAAA')), 401, 'another signature')

  ring = await readKeyRing(keySet(second), 'test')
  t.equal(await statusOf(validate(token)), 401, 'its key is another one by now')
  ring = await readKeyRing(keySet(second, first), 'test')
  t.equal(await statusOf(validate(token)), 200, 'one of two of an id')
})

t.test('createTokenValidator: the tokens of RFC 7515 and 7519, with their keys and at their time', async (t) => {
  const claims = { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true }
  const ring = await readKeyRing(JSON.stringify({ keys: vectors.map(({ jwk }) => jwk) }), 'test')
  let time = 1300819380
  const checkOf = (alg: Algorithm) => createTokenValidator({ alg, issuer: 'joe' }, { source: { find: (id, { strategy }) => ring.find(id, strategy) }, memory: createVerifiedTokens(), isRevoked: () => false, sharedMaxAge: 0, now: () => time * 1000 })
  for (const { name, alg, token } of vectors) {
    time = 1300819380
    if (token.split('.')[1] !== vectors[0].token.split('.')[1]) {
      t.match(checkOf(alg)(token), { status: 401, reason: /not a JSON object/ }, `${name}: no claims`)
      continue
    }
    t.same(checkOf(alg)(token), { claims }, name)
    for (const { alg: other } of vectors) if (other !== alg) t.match(checkOf(other)(token), { status: 401 }, `${name} where ${other} counts`)
    time += 2
    t.match(checkOf(alg)(token), { status: 401, reason: /expired/ }, name)
  }
  for (const token of [encrypted, flattened, unsecured]) for (const { alg } of vectors) t.match(checkOf(alg)(token), { status: 401, reason: /not a signed JSON Web Token/ })
})
