import { createPublicKey, createSecretKey } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { algorithms, algorithmsOf } from '../src/jwt/algorithms.ts'
import { createClaimCheck } from '../src/jwt/claim-checks.ts'
import { claimAt, claimNamed } from '../src/jwt/claim-path.ts'
import { claimText, claimTexts } from '../src/jwt/claim-text.ts'
import { createRoleCheck, createScopeCheck } from '../src/jwt/permissions.ts'
import { createSignatureCheck } from '../src/jwt/signature.ts'
import { readToken } from '../src/jwt/token.ts'
import { createVerifiedTokens, freezeClaims } from '../src/jwt/verified-tokens.ts'
import { encrypted, flattened, unsecured, vectors } from './support/rfc-vectors.ts'
import { createSecretSigner, createSigner, encode } from './support/tokens.ts'

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

t.test('readToken: takes tokens in compact form only', async (t) => {
  const good = `${encode({ alg: 'HS256', kid: 'k', x5t: 'x', 'x5t#S256': 'y' })}.e30.AA`
  t.match(readToken(good), { header: { alg: 'HS256', kid: 'k', x5t: 'x', x5tS256: 'y' } })
  t.match(readToken(`${encode({ alg: 'HS256' })}.e30.AA`), { header: { kid: '', x5t: null, x5tS256: null } })
  t.match(readToken(`${good}==`), { header: { kid: 'k' }, signature: Buffer.from([0]) }, 'a padded signature, as the reference')
  const refused = {
    empty: '',
    'RFC 7519 6.1, unsecured': unsecured,
    'RFC 7519 A.1, encrypted': encrypted,
    'RFC 7515 A.7, in JSON': flattened,
    'one part': 'abc',
    'two parts': 'abc.def',
    'four parts': `${good}.AA`,
    'no payload': `${encode({ alg: 'HS256' })}..AA`,
    'padding of the header': good.replace('.', '=.'),
    'padding within': `${good}=A`,
    'plain base64': good.replace('.AA', '.A+'),
    'a line feed': `${good}\n`,
    'header no JSON': `${encode('{')}.e30.AA`,
    'header no object': `${encode('[]')}.e30.AA`,
    'header a text': `${encode('"HS256"')}.e30.AA`,
    'no alg': `${encode({ kid: 'k' })}.e30.AA`,
    'alg no text': `${encode({ alg: ['HS256'] })}.e30.AA`,
    'kid no text': `${encode({ alg: 'HS256', kid: 1 })}.e30.AA`,
    crit: `${encode({ alg: 'HS256', crit: ['exp'] })}.e30.AA`,
    'an unencoded payload': `${encode({ alg: 'HS256', b64: false, crit: ['b64'] })}.e30.AA`,
    'a huge header': `${encode({ alg: 'HS256', x: 'x'.repeat(20_000) })}.e30.AA`,
    'a huge token': `${encode({ alg: 'HS256' })}.${'A'.repeat(70_000)}.AA`,
    'a nested header': `${encode('['.repeat(10_000))}.e30.AA`
  }
  for (const [name, text] of Object.entries(refused)) t.equal(readToken(text), null, name)
})

t.test('readToken: claims nested without end are no stack overflow', async (t) => {
  const depth = 20_000
  const bomb = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
  const token = readToken(`${encode({ alg: 'HS256' })}.${encode(bomb)}.AA`)!
  const claims = token.readClaims()
  t.ok(claims)
  t.type(claimText(claims!['a']), 'string')
  t.equal(readToken(`${encode({ alg: 'HS256' })}.${encode('['.repeat(depth))}.AA`)!.readClaims(), null)
})

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

t.test('readToken: no text makes it throw', async () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'abcAZ09-_.=') }), (any, likely) => {
    for (const text of [any, likely, `${likely}.${likely}.${likely}`]) readToken(text)?.readClaims()
  }))
})

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

t.test('claims: found by name or by path, and only their own', async (t) => {
  const claims = { a: { b: { c: 1 } }, 'a.b': 2, 'http://x.test/a': 3, list: [{ b: 1 }] }
  t.equal(claimAt('a.b.c')(claims), 1)
  t.equal(claimNamed('a.b')(claims), 2)
  t.equal(claimAt('http://x.test/a')(claims), 3)
  t.equal(claimAt('list.0')(claims), undefined)
  t.equal(claimAt('a.x.c')(claims), undefined)
  for (const find of [claimNamed('constructor'), claimAt('a.constructor'), claimAt('__proto__.toString')]) t.equal(find(claims), undefined)
  t.equal(claimNamed('__proto__')(JSON.parse('{"__proto__":1}')), 1)
})

t.test('claimText: writes any value', async (t) => {
  const texts: [unknown, string][] = [['a', 'a'], [42, '42'], [-0, '0'], [1.5, '1.500000'], [0.1, '0.100000'], [-2.25, '-2.250000'], [0.0078125, '0.007812'], [0.0234375, '0.023438'], [123456.7891234, '123456.789123'], [1.0000001, '1'], [1e21, '1000000000000000000000'], [JSON.parse('1e999'), 'Infinity'], [true, 'true'], [null, 'null'], [undefined, ''], [[], ''], [['x', 1, true], 'x,1,true'], [{ b: [1, 2], a: '<' }, '{"a":"\\u003c","b":[1,2]}'], [{}, '{}'],
    [[1.5, 1e6, 999999, 0.00001, 12345678901, -0, null, ['n', 1], { b: 1, a: { c: null } }], '1.5,1e+06,999999,1e-05,1.2345678901e+10,-0,<nil>,[n 1],map[a:map[c:<nil>] b:1]']]
  for (const [value, text] of texts) t.equal(claimText(value), text)
  t.same(claimTexts(['x', 'y']), ['x', 'y'])
  t.same(claimTexts([]), [])
  t.same(claimTexts(undefined), [''])
})

t.test('createRoleCheck, createScopeCheck: any or all, lists and words', async (t) => {
  t.equal(createRoleCheck({}), null)
  const hasRole = createRoleCheck({ roles: ['a', 'b'] })!
  for (const roles of [['b'], 'x b', ['x', 5, 'a']]) t.ok(hasRole({ roles }))
  for (const roles of [[], 'ab', 5, null, ['A'], { a: 1 }]) t.notOk(hasRole({ roles }))
  t.notOk(hasRole({}))
  t.ok(createRoleCheck({ roles: ['a'], roles_key: 'x.y' })!({ 'x.y': ['a'] }))
  t.ok(createRoleCheck({ roles: ['a'], roles_key: 'x.y', roles_key_is_nested: true })!({ x: { y: ['a'] } }))
  t.equal(createScopeCheck({ scopes: ['a'] }), null)
  const any = createScopeCheck({ scopes: ['a', 'b'], scopes_key: 'd.s' })!
  t.ok(any({ d: { s: 'x b' } }))
  t.ok(any({ d: { s: ['a'] } }))
  t.notOk(any({ d: { s: 'ab' } }))
  const all = createScopeCheck({ scopes: ['a', 'b'], scopes_key: 's', scopes_matcher: 'all' })!
  t.ok(all({ s: 'b a x' }))
  t.notOk(all({ s: 'a' }))
})
