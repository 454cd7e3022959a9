// What a token costs: processor time per request of the validator's check, and of jose's own verification beside it.
//
//     pnpm from-sources packages/auth/benchmarks/validate.mjs
import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, exportJWK, jwtVerify, SignJWT } from 'jose'
import { createFileSource } from '../src/keys/key-source.ts'
import { readKeyRing } from '../src/keys/key-ring.ts'
import { createClaimParams, createPropagation } from '../src/validator/propagate-claims.ts'
import { createTokenSearch } from '../src/validator/find-token.ts'
import { createVerifiedTokens } from '../src/jwt/verified-tokens.ts'
import { createTokenValidator } from '../src/validator/validate-token.ts'

const claims = { iss: 'https://issuer.test/', aud: ['api', 'other'], sub: 'user-7', exp: 4102444800, iat: 1577836800, jti: 'j1', scope: 'openid profile email', realm_access: { roles: ['offline_access', 'uma_authorization', 'admin'] }, name: 'A User', email: 'user@issuer.test' }
const settings = { audience: ['api'], issuer: claims.iss, roles: ['admin'], roles_key: 'realm_access.roles', roles_key_is_nested: true, propagate_claims: [['sub', 'x-user'], ['realm_access.roles', 'x-roles']] }

const pairs = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519')
}
const findToken = createTokenSearch('Authorization', 'access_token')
const propagate = createPropagation(settings)
const addParams = createClaimParams({ backends: [{ urlPattern: '/users/{JWT.sub}', hosts: [] }] })

for (const [alg, generate] of Object.entries(pairs)) {
  const { publicKey, privateKey } = generate()
  const set = { keys: [{ ...await exportJWK(publicKey), kid: 'k', alg, use: 'sig' }] }
  const token = await new SignJWT(claims).setProtectedHeader({ alg, kid: 'k', typ: 'JWT' }).sign(privateKey)
  const ring = await readKeyRing(JSON.stringify(set), 'set')
  const source = createFileSource(() => ring)
  const create = (memory) => createTokenValidator({ ...settings, alg }, { source, memory, isRevoked: () => false, sharedMaxAge: 0 })
  const [fresh, known] = [create({ find () {}, keep () {} }), create(createVerifiedTokens())]
  const jwks = createLocalJWKSet(set)
  const serve = (validate) => () => {
    // Each request brings a text of its own.
    const headers = { authorization: Buffer.from(`Bearer ${token}`).toString('latin1'), accept: '*/*', host: 'a' }
    const request = { headers, raw: { headers, rawHeaders: Object.entries(headers).flat() }, params: {} }
    const { claims } = validate(findToken(request))
    propagate(request, claims)
    addParams(request, claims)
  }
  const [first, again] = [await measure(20_000, serve(fresh)), await measure(20_000, serve(known))]
  const theirs = await measure(5_000, () => jwtVerify(token, jwks, { issuer: claims.iss, audience: 'api', algorithms: [alg] }))
  console.log(`${alg}  a new token: ${first.toFixed(1)} µs   one that came before: ${again.toFixed(1)} µs   jose jwtVerify alone: ${theirs.toFixed(1)} µs`)
}

/** The least processor time of five rounds, in µs per run. */
async function measure (runs, work) {
  let least = Infinity
  for (let round = 0; round < 5; round++) {
    const start = process.cpuUsage()
    for (let i = 0; i < runs; i++) {
      const result = work()
      if (result instanceof Promise) await result
    }
    const { user, system } = process.cpuUsage(start)
    least = Math.min(least, (user + system) / runs)
  }
  return least
}
