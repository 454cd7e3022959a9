import fc from 'fast-check'
import { createLogger, secretNames } from '@floodgate/telemetry'
import t from 'tap'
import { createScrub } from '../src/scrub.ts'

const scrub = createScrub(secretNames())

/** Too long and too odd to stand in a line by chance. */
const secret = fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/).map((text) => `s3cret${text}`)

/** A password as URLs carry it, and as careless ones do. */
const password = fc.tuple(secret, fc.constantFrom('', '!', '%40', '@', ':', '/x', '?', '#', '"', '\'', '<', '\\')).map((parts) => parts.join(''))

const header = fc.constantFrom('authorization', 'Authorization', 'proxy-authorization', 'cookie', 'Set-Cookie', 'x-api-key', 'X-API-Key')

const parameter = fc.constantFrom('access_token', 'api_key', 'token', 'password', 'client_secret', 'ACCESS_TOKEN', 'access%5Ftoken')

const formats = [undefined, { format: 'logstash' }, { format: 'json' }, { format: 'custom', custom_format: '%{level} %{message}' }]

let text = ''
const loggers = await Promise.all(formats.map((settings) => createLogger(settings, { stream: { write: (line) => { text += line } } })))

/** What an entry looks like after every format. */
function written (fields: object, message: string): string {
  text = ''
  for (const log of loggers) log.child({ reqId: 1 }).error(fields, message)
  return text
}

t.test('createLogger: secrets of headers never show, however headers are logged', async (t) => {
  fc.assert(fc.property(header, secret, (name, secret) => {
    const value = name === 'cookie' ? `a=${secret}` : secret
    const text = written({
      headers: { [name]: value },
      req: { headers: { [name]: [value, value] }, rawHeaders: ['Host', 'a', name, value] },
      pairs: [[name, value]],
      [name]: value,
      err: Object.assign(new Error(`sent Authorization: Bearer ${secret}`), { headers: { [name]: value } })
    }, `Proxy-Authorization: Basic ${Buffer.from(secret).toString('base64')}`)
    return !text.includes(secret) && !text.includes(Buffer.from(secret).toString('base64'))
  }), { numRuns: 100 })
  t.pass()
})

t.test('createLogger: credentials in URLs never show, wherever the URL stands', async (t) => {
  fc.assert(fc.property(secret, password, fc.constantFrom('http', 'socks5', 'amqp'), (user, password, scheme) => {
    const url = `${scheme}://${user}:${password}@host:1/path`
    const text = written({
      proxy_address: url,
      list: [`${url},http://other`, `http://other,${url}`],
      redirect: `/to?u=${encodeURIComponent(url)}`,
      err: new Error('no', { cause: new Error(`dial ${url}: refused`) })
    }, `GET ${url}`)
    return !text.includes(user) && !text.includes(password.slice(0, 18))
  }), { numRuns: 200 })
  t.pass()
})

t.test('scrub.target: values of secret parameters never show, the rest stays', async (t) => {
  fc.assert(fc.property(parameter, secret, fc.webPath(), (name, secret, path) => {
    const target = `${path}?a=1&${name}=${secret}&b=2&${name}=${secret}`
    return scrub.target(target) === `${path}?a=1&${name}=[redacted]&b=2&${name}=[redacted]` && (name.includes('%') || !scrub.text(`GET ${target}`).includes(secret))
  }))
  fc.assert(fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
    const target = `${path}?${query}`
    return /%40|@|token|secret|pwd|sig|jwt|pass/i.test(target) || scrub.target(target) === target
  }))
  t.equal(scrub.target('/a?%zz=1&token'), '/a?%zz=1&token')
})

t.test('scrub: takes out keys, tokens and bytes, and leaves words alone', async (t) => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----'
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'
  const cases: [string, string][] = [
    [`read ${key}, then`, 'read [redacted], then'],
    ['cut -----BEGIN PRIVATE KEY-----\nMIIE', 'cut [redacted]'],
    [`token ${token} expired`, 'token [redacted] expired'],
    ['the server wants Basic authentication', 'the server wants Basic authentication'],
    ['bearer token is missing', 'bearer token is missing'],
    ['GET http://host:80/@me/x@y', 'GET http://host:80/@me/x@y'],
    ['GET http://[::1]:80/a@b', 'GET http://[::1]:80/a@b'],
    ['http://u@h/ and http://h/', 'http://[redacted]@h/ and http://h/'],
    ['mail a@b.c', 'mail a@b.c']
  ]
  for (const [text, want] of cases) t.equal(scrub.text(text), want)
  t.strictSame(scrub.value({ tls: { key: JSON.parse(JSON.stringify(Buffer.from(key))), passphrase: 'x', n: 1 }, password: null }), { tls: { key: `[${key.length} bytes]`, passphrase: '[redacted]', n: 1 }, password: null })
})

t.test('createScrub: hides parameters and tokens among very many', async (t) => {
  const names = 'a&'.repeat(500_000)
  t.equal(scrub.target(`/?${names}token=s3cret&b`), `/?${names}token=[redacted]&b`)
  const starts = '-eyJ'.repeat(250_000)
  t.equal(scrub.text(`${starts} x`), `${starts} x`)
  t.equal(scrub.text('a eyJa.b.c, b-eyJa.b c eyJ.d'), 'a [redacted], b-[redacted] c eyJ.d')
})
