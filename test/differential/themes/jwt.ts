import type { Random } from '../../attacks/random.mjs'
import { jsonRoute } from '../draw/route.ts'
import { maybe, some } from '../draw/some.ts'
import { keySet, token } from '../draw/token.ts'
import type { Theme } from '../theme.ts'

const roles = ['admin', 'user', 'guest']
const claimValues: unknown[] = ['x', 'two words', '', 7, 1.5, -0.25, 1e21, 12345678, true, false, null, ['a', 'b'], [1, 2], [], ['a', 1, true], { k: 'v', n: 1 }, [{ k: 1 }]]

/** `auth/validator` with a shared secret: which tokens pass, and what of them reaches the upstream. */
export const jwt: Theme = {
  name: 'jwt',
  files: { 'jwk.json': keySet },
  make (random, { prefix, host }) {
    const inPath = random.chance(0.12)
    const propagated = some(random, ['sub', 'c', 'deep.k', 'roles', 'missing', 'n'], 3).map((claim, i) => [claim, `X-C${i}`])
    const validator = {
      alg: 'HS256',
      jwk_local_path: '{{files}}/jwk.json',
      disable_jwk_security: true,
      ...maybe(random, 0.3, () => ({ audience: some(random, ['api', 'web'], 2, 1) })),
      ...maybe(random, 0.3, () => ({ issuer: 'https://issuer.test' })),
      ...maybe(random, 0.4, () => ({ roles: some(random, roles, 2, 1), ...maybe(random, 0.7, () => ({ roles_key: random.of(['roles', 'deep.roles', 'role']) })), ...maybe(random, 0.3, () => ({ roles_key_is_nested: true })) })),
      ...maybe(random, 0.3, () => ({ scopes: some(random, ['read', 'write'], 2, 1), scopes_key: random.of(['scope', 'scopes']), ...maybe(random, 0.5, () => ({ scopes_matcher: random.of(['all', 'any']) })) })),
      ...maybe(random, 0.2, () => ({ cookie_key: 'tok' })),
      ...maybe(random, 0.1, () => ({ auth_header_name: 'X-Token' })),
      ...propagated.length > 0 && random.chance(0.6) && { propagate_claims: propagated }
    }
    return {
      endpoints: [{
        endpoint: `${prefix}/x`,
        input_headers: ['X-C0', 'X-C1', 'X-C2', 'Authorization'],
        backend: [{ host: [host], url_pattern: `${prefix}/up${inPath ? '/{JWT.sub}' : ''}` }],
        extra_config: { 'auth/validator': validator }
      }],
      routes: [jsonRoute(random, `${prefix}/up*`, '{"ok":true}')],
      requests: Array.from({ length: random.between(2, 4) }, () => ({ path: `${prefix}/x`, lines: carrier(random, randomToken(random)) })),
      tags: [...inPath ? ['claim-in-path'] : []]
    }
  }
}

function randomToken (random: Random): string {
  const claims = {
    ...random.chance(0.8) && { sub: random.of(['u1', 'a/b', 'with space', 'ü']) },
    ...random.chance(0.8) && { exp: random.of([2208988800, 2208988800, 2208988800, 1500000000]) },
    ...random.chance(0.1) && { nbf: random.of([1500000000, 2208988800]) },
    ...random.chance(0.6) && { aud: random.of([['api'], ['api', 'web'], 'api', ['other'], []]) },
    ...random.chance(0.6) && { iss: random.of(['https://issuer.test', 'https://issuer.test', 'https://issuer.test/']) },
    ...random.chance(0.7) && { roles: random.of([['admin'], ['user', 'guest'], 'admin user', 'guest', [], 'admin,user']) },
    ...random.chance(0.2) && { role: 'admin' },
    ...random.chance(0.6) && { [random.of(['scope', 'scopes'])]: random.of(['read', 'read write', ['read', 'write'], '', 'readwrite']) },
    c: random.of(claimValues),
    n: random.of([0, 1, 1.25, 1e9, 123456789012]),
    deep: { k: random.of(claimValues), roles: random.of([['admin'], 'user', []]) }
  }
  return random.weighted<() => string>([
    [10, () => token(claims)],
    [1, () => token(claims, { key: Buffer.from('another secret that nobody is to accept') })],
    [0.7, () => token(claims, { header: { kid: 'two' } })],
    [0.7, () => token(claims, { header: { kid: undefined } })],
    [0.7, () => token(claims, { header: { alg: random.of(['HS512', 'none', 'RS256']) } })],
    [0.5, () => `${token(claims)}x`],
    [0.5, () => token(claims).split('.').slice(0, 2).join('.')],
    [0.3, () => random.of(['', 'x', 'a.b.c'])]
  ])()
}

function carrier (random: Random, value: string): [string, string][] {
  return random.weighted<[string, string][]>([
    [6, [['Authorization', `Bearer ${value}`]]],
    [1, [['authorization', `bearer ${value}`]]],
    [0.5, [['Authorization', value]]],
    [1, [['Cookie', `a=b; access_token=${value}`]]],
    [0.7, [['Cookie', `tok=${value}`]]],
    [0.7, [['X-Token', `Bearer ${value}`]]],
    [0.5, []]
  ])
}
