import fc from 'fast-check'
import t from 'tap'
import { claimText } from '../../src/jwt/claim-text.ts'
import { readToken } from '../../src/jwt/token.ts'
import { encrypted, flattened, unsecured } from '../support/rfc-vectors.ts'
import { encode } from '../support/tokens.ts'

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

t.test('readToken: no text makes it throw', async () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'abcAZ09-_.=') }), (any, likely) => {
    for (const text of [any, likely, `${likely}.${likely}.${likely}`]) readToken(text)?.readClaims()
  }))
})
