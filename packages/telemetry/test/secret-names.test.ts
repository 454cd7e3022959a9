import fc from 'fast-check'
import { pino } from 'pino'
import { redactPaths, secretNames } from '@floodgate/telemetry'
import t from 'tap'
import { createScrub } from '../src/scrub.ts'

/** Too long and too odd to stand in a line by chance. */
const secret = fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/).map((text) => `s3cret${text}`)

t.test('redactPaths: keep a host\'s own pino from showing them', async (t) => {
  let text = ''
  const log = pino({ redact: [...redactPaths] }, { write: (line: string) => { text += line } })
  fc.assert(fc.property(fc.constantFrom('authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key'), secret, (name, secret) => {
    text = ''
    log.child({ request: { headers: { [name]: secret } } }).info({ req: { headers: { [name]: secret } }, res: { headers: { [name]: secret } }, headers: { [name]: secret }, [name]: secret, password: secret, tls: { key: secret }, kept: 'kept' }, 'x')
    return !text.includes(secret) && text.includes('kept')
  }), { numRuns: 50 })
  t.ok(Object.isFrozen(redactPaths) || Array.isArray(redactPaths))
})

t.test('secretNames: knows the names that a configuration gives to keys and tokens', async (t) => {
  const model = {
    extra: { 'auth/api-keys': { identifier: 'Key', strategy: 'query_string' } },
    endpoints: [
      { extra: { 'auth/api-keys': { roles: ['a'], strategy: 'header', identifier: 'X-Mine' } } },
      { extra: { 'auth/validator': { auth_header_name: 'X-Token' } } },
      { extra: {} }
    ]
  }
  const names = secretNames(model as never)
  t.ok(names.query.has('key'))
  t.ok(names.headers.has('x-mine'))
  t.ok(names.headers.has('x-token'))
  t.notOk(secretNames().query.has('key'))
  const mine = createScrub(names)
  t.equal(mine.target('/a?key=1234&k=1'), '/a?key=[redacted]&k=1')
  t.strictSame(mine.value({ 'X-Token': 'a', key: 'b' }), { 'X-Token': '[redacted]', key: 'b' })
})
