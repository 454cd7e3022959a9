import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { createAuthority, encryptKey, writeFiles } from '@floodgate/testing'
import { defaultTransport, describeProxy, parseClientTls, parseHttpClientOptions, type SettingProblem } from '@floodgate/http-client'
import { checkTlsFiles, describeCertificates } from '@floodgate/tls'

const ca = createAuthority('ca')
const a = ca.issue({ cn: 'client-a', san: [] })
const a2 = ca.issue({ cn: 'client-a2', san: [] })
const b = ca.issue({ cn: 'client-b', san: [], key: 'rsa' })
const old = ca.issue({ cn: 'old', san: [], days: -1 })
const paths = writeFiles(t, {
  'ca.pem': ca.cert,
  'bundle.pem': `# two\n${ca.cert}\n${a.cert}`,
  'half.pem': ca.cert + '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  'a.pem': a.cert,
  'a.key': a.key,
  'a2.key': a2.key,
  'b.pem': b.cert,
  'b.key': b.key,
  'both.pem': a.key + a.cert,
  'old.pem': old.cert,
  'old.key': old.key,
  'encrypted.key': encryptKey(a.key, 'secret'),
  'garbage.pem': 'this is not a certificate\n',
  'empty.pem': ''
})
const inherited = { globalTls: null, transport: defaultTransport }

/** Problems as `path: code`, to compare at a glance. */
function codes (problems: readonly SettingProblem[]): string[] {
  return problems.map(({ path, code }) => `${path.join('.')}: ${code}`)
}

t.test('parseClientTls: an empty object means TLS 1.3 and the system\'s authorities', async (t) => {
  t.strictSame(parseClientTls({}), {
    tls: {
      allowInsecureConnections: false,
      caCerts: [],
      disableSystemCaPool: false,
      clientCerts: [],
      minVersion: 'TLS13',
      maxVersion: 'TLS13',
      cipherSuites: [],
      curvePreferences: []
    },
    problems: [],
    warnings: []
  })
})

t.test('parseClientTls: takes every option, and paths relative to the working directory', async (t) => {
  const { tls, problems, warnings } = parseClientTls({
    '@comment': 'x',
    $id: 1,
    _ca: 5,
    '#min_version': 'TLS99',
    allow_insecure_connections: false,
    ca_certs: [relative(process.cwd(), paths['ca.pem']), paths['bundle.pem']],
    disable_system_ca_pool: true,
    client_certs: [{ certificate: paths['a.pem'], private_key: paths['a.key'], '@comment': 'x' }, { certificate: paths['both.pem'], private_key: paths['both.pem'] }, { certificate: paths['b.pem'], private_key: paths['b.key'] }],
    min_version: 'TLS12',
    max_version: 'TLS13',
    cipher_suites: [49199, 4865],
    curve_preferences: [29, 23]
  })
  t.strictSame(problems, [])
  t.strictSame(warnings, [])
  t.strictSame(tls, {
    allowInsecureConnections: false,
    caCerts: [paths['ca.pem'], paths['bundle.pem']],
    disableSystemCaPool: true,
    clientCerts: [{ certificate: paths['a.pem'], privateKey: paths['a.key'] }, { certificate: paths['both.pem'], privateKey: paths['both.pem'] }, { certificate: paths['b.pem'], privateKey: paths['b.key'] }],
    minVersion: 'TLS12',
    maxVersion: 'TLS13',
    cipherSuites: [49199, 4865],
    curvePreferences: [29, 23]
  })
})

t.test('parseClientTls: the documented defaults are no problem and no warning', async (t) => {
  t.match(parseClientTls({ min_version: 'TLS13', max_version: 'TLS13', cipher_suites: [4865, 4866, 4867], curve_preferences: [23, 24, 25] }), { problems: [], warnings: [] })
})

t.test('parseClientTls: names every field that does not fit, all at once', async (t) => {
  const { problems } = parseClientTls({
    allow_insecure_connections: 'true',
    ca_certs: paths['ca.pem'],
    disable_system_ca_pool: 0,
    client_certs: { certificate: paths['a.pem'], private_key: paths['a.key'] },
    min_version: null,
    max_version: 13,
    cipher_suites: ['TLS_AES_128_GCM_SHA256', 1.5, -1, 65536, '49199'],
    curve_preferences: [[23], 'P-256'],
    ca_cert: [],
    insecure: true,
    completely_else: 1
  })
  t.strictSame(codes(problems), [
    'allow_insecure_connections: wrong-type', 'ca_certs: wrong-type', 'disable_system_ca_pool: wrong-type', 'client_certs: wrong-type',
    'min_version: wrong-type', 'max_version: wrong-type',
    'cipher_suites.0: wrong-type', 'cipher_suites.1: wrong-type', 'cipher_suites.2: out-of-range', 'cipher_suites.3: out-of-range', 'cipher_suites.4: wrong-type',
    'curve_preferences.0: wrong-type', 'curve_preferences.1: wrong-type',
    'ca_cert: unknown-key', 'insecure: unknown-key', 'completely_else: unknown-key'
  ])
  const told = Object.fromEntries(problems.map(({ path, message, instead }) => [path.join('.'), `${message}; ${instead}`]))
  t.match(told, {
    allow_insecure_connections: 'must be a boolean (true or false), not "true"; write true without quotes',
    ca_certs: /must be a list of texts, not .*; write \[".*ca\.pem"\]/,
    disable_system_ca_pool: 'must be a boolean (true or false), not 0; write false',
    client_certs: 'must be a list of objects, not an object; put the object in brackets: [{ … }]',
    min_version: 'must be text, not null; remove the key to have its default',
    'cipher_suites.4': /49199 is ECDHE-RSA with AES-128-GCM/,
    ca_cert: 'unknown key "ca_cert"; did you mean "ca_certs"?',
    insecure: 'unknown key "insecure"; did you mean "allow_insecure_connections"?',
    completely_else: /the keys here are allow_insecure_connections, ca_certs/
  })
  t.match(problems.find(({ code }) => code === 'unknown-key'), { at: 'key' })
})

t.test('parseClientTls: refuses what is no object', async (t) => {
  for (const value of ['x', [], null, 5, true]) t.match(parseClientTls(value).problems, [{ path: [], code: 'wrong-type', message: /^must be an object, not / }], JSON.stringify(value))
})

t.test('parseClientTls: versions', async (t) => {
  const rows: [object, string, RegExp][] = [
    [{ min_version: 'TLS99' }, 'min_version: unknown-value', /must be "SSL3\.0", "TLS10", "TLS11", "TLS12" or "TLS13", not "TLS99"/],
    [{ min_version: 'TLS99', max_version: 'TLS12' }, 'min_version: unknown-value', /TLS99/],
    [{ max_version: '1.2' }, 'max_version: unknown-value', /"1\.2"; write "TLS12"/],
    [{ min_version: 'tls12' }, 'min_version: unknown-value', /; write "TLS12"/],
    [{ min_version: 'TLSv1' }, 'min_version: unknown-value', /; write "TLS10"/],
    [{ max_version: 'TLS12' }, 'max_version: version-range', /TLS12 is below the minimum, which is TLS13 .*; set "min_version": "TLS12" too/],
    [{ min_version: 'TLS13', max_version: 'TLS12' }, 'max_version: version-range', /TLS12 is below min_version, TLS13/],
    [{ min_version: 'SSL3.0', max_version: 'SSL3.0' }, 'max_version: version-range', /SSL 3\.0/]
  ]
  for (const [options, code, told] of rows) {
    const { problems } = parseClientTls(options)
    t.strictSame(codes(problems), [code], JSON.stringify(options))
    t.match(`${problems[0]!.message}; ${problems[0]!.instead}`, told, JSON.stringify(options))
  }
  t.strictSame(parseClientTls({ min_version: 'TLS10', max_version: 'TLS11' }).problems, [])
})

t.test('parseClientTls: refuses curves with nothing usable, and warns of those without effect', async (t) => {
  t.match(parseClientTls({ curve_preferences: [9999, 4588] }).problems, [{ path: ['curve_preferences'], code: 'no-usable-curve', message: /9999, 4588/, instead: /23 \(P-256\)/ }])
  const { problems, warnings } = parseClientTls({ curve_preferences: [9999, 23] })
  t.strictSame(problems, [])
  t.strictSame(codes(warnings), ['curve_preferences.0: ignored-curve'])
})

t.test('parseClientTls: warns of what weakens, and of suites without effect', async (t) => {
  const rows: [object, string[], RegExp][] = [
    [{ allow_insecure_connections: true }, ['allow_insecure_connections: insecure'], /not verified/],
    [{ min_version: 'TLS11' }, ['min_version: old-tls'], /TLS11/],
    [{ min_version: 'TLS12', cipher_suites: [49199, 5, 4865] }, ['cipher_suites: ignored-suite'], /4865: the suites of TLS 1\.3 are always on; 5: not a suite/],
    [{ min_version: 'TLS12', cipher_suites: [4865] }, ['cipher_suites: ignored-suite'], /only TLS 1\.3 works/],
    [{ min_version: 'TLS12', max_version: 'TLS12', cipher_suites: [9999] }, ['cipher_suites: ignored-suite'], /no handshake can succeed/],
    [{ min_version: 'TLS12', cipher_suites: [49199] }, [], /^$/]
  ]
  for (const [options, expected, told] of rows) {
    const { problems, warnings } = parseClientTls(options)
    t.strictSame(problems, [], JSON.stringify(options))
    t.strictSame(codes(warnings), expected, JSON.stringify(options))
    t.match(warnings.map(({ message }) => message).join(), told, JSON.stringify(options))
  }
})

t.test('parseClientTls: reads the files of ca_certs', async (t) => {
  const folder = join(paths.folder, 'a-folder')
  mkdirSync(folder)
  const rows: [string, string, RegExp][] = [
    [join(paths.folder, 'missing.pem'), 'unreadable-file', /missing\.pem does not exist/],
    [paths['garbage.pem'], 'no-certificate', /garbage\.pem is not PEM/],
    [paths['empty.pem'], 'no-certificate', /empty\.pem is empty/],
    [paths['a.key'], 'no-certificate', /a\.key contains no certificate/],
    [folder, 'unreadable-file', /a-folder is a directory/],
    ['', 'unreadable-file', /is not a path/],
    [ca.cert, 'unreadable-file', /is the content of a file/],
    ['missing/relative.pem', 'unreadable-file', /missing\/relative\.pem \(.*\) does not exist; relative paths start at the working directory/]
  ]
  for (const [file, code, told] of rows) {
    const { problems } = parseClientTls({ ca_certs: [paths['ca.pem'], file] })
    t.match(problems, [{ path: ['ca_certs', 1], code, message: told }], told.source)
    t.equal(problems.length, 1)
  }
  const half = parseClientTls({ ca_certs: [paths['half.pem']] })
  t.strictSame(half.problems, [])
  t.match(half.warnings, [{ path: ['ca_certs', 0], code: 'broken-certificate', message: /1 of the 2/ }])
  writeFileSync(paths['garbage.pem'], ca.cert)
  t.strictSame(parseClientTls({ ca_certs: [paths['garbage.pem']] }).problems, [], 'the file as it is now')
  writeFileSync(paths['garbage.pem'], 'this is not a certificate\n')
})

t.test('parseClientTls: reads the files of client_certs', async (t) => {
  const missing = join(paths.folder, 'missing')
  const rows: [object, string[], RegExp][] = [
    [{ certificate: missing, private_key: paths['a.key'] }, ['client_certs.0.certificate: unreadable-file'], /missing does not exist/],
    [{ certificate: paths['a.pem'], private_key: missing }, ['client_certs.0.private_key: unreadable-file'], /missing does not exist/],
    [{ certificate: missing, private_key: missing }, ['client_certs.0.certificate: unreadable-file', 'client_certs.0.private_key: unreadable-file'], /./],
    [{ certificate: paths['a.pem'], private_key: paths['b.key'] }, ['client_certs.0.private_key: key-mismatch'], /b\.key is not the key of the certificate in .*a\.pem/],
    [{ certificate: paths['a.pem'], private_key: paths['a2.key'] }, ['client_certs.0.private_key: key-mismatch'], /a2\.key is not the key/],
    [{ certificate: paths['a.pem'], private_key: paths['encrypted.key'] }, ['client_certs.0.private_key: encrypted-key'], /encrypted\.key contains an encrypted private key/],
    [{ certificate: paths['garbage.pem'], private_key: paths['a.key'] }, ['client_certs.0.certificate: no-certificate'], /garbage\.pem/],
    [{ certificate: paths['a.pem'], private_key: paths['a.pem'] }, ['client_certs.0.private_key: no-key'], /contains no private key/],
    [{ certificate: paths['a.pem'], private_key: paths['garbage.pem'] }, ['client_certs.0.private_key: no-key'], /is not PEM/],
    [{ certificate: paths['a.pem'] }, ['client_certs.0.private_key: missing-key'], /"private_key" is missing/],
    [{ certificate: paths['a.pem'], private_key: paths['a.key'], key: 'x' }, ['client_certs.0.key: unknown-key'], /unknown key "key"/],
    [{ certificate: paths['a.pem'], private_key: a.key }, ['client_certs.0.private_key: unreadable-file'], /is the content of a file/]
  ]
  for (const [pair, expected, told] of rows) {
    const { problems } = parseClientTls({ client_certs: [pair] })
    t.strictSame(codes(problems), expected, expected.join())
    t.match(problems[0]!.message, told, expected.join())
    t.notMatch(JSON.stringify(problems), a.key.split('\n')[1], 'no key in it')
  }
  const expired = parseClientTls({ client_certs: [{ certificate: paths['old.pem'], private_key: paths['old.key'] }], ca_certs: [paths['old.pem']] })
  t.strictSame(expired.problems, [])
  t.strictSame(codes(expired.warnings), ['ca_certs.0: expired', 'client_certs.0.certificate: expired'])
})

t.test('parseHttpClientOptions: absent, empty and default values', async (t) => {
  const defaults = { tls: null, followRedirects: true, sendBodyOnRedirect: false, proxy: null, transport: defaultTransport }
  const values = [undefined, {}, { '@comment': 'why', $schema: 'x', _note: 1, '#no_redirect': 'off' }, { no_redirect: false, send_body_on_redirect: false, proxy_address: '' }]
  for (const value of values) t.strictSame(parseHttpClientOptions(value, inherited), { settings: defaults, problems: [], warnings: [] }, JSON.stringify(value))
})

t.test('parseHttpClientOptions: a client_tls of its own replaces the global one', async (t) => {
  const globalTls = { ...parseClientTls({ min_version: 'TLS12', ca_certs: [paths['ca.pem']] }).tls }
  t.equal(parseHttpClientOptions({ no_redirect: true }, { ...inherited, globalTls }).settings.tls, globalTls)
  t.equal(parseHttpClientOptions({ client_tls: undefined }, { ...inherited, globalTls }).settings.tls, globalTls, 'undefined is absent')
  t.match(parseHttpClientOptions({ client_tls: {} }, { ...inherited, globalTls }).settings.tls, { minVersion: 'TLS13', caCerts: [] })
  t.match(parseHttpClientOptions({ client_tls: { min_version: 'TLS11' } }, { ...inherited, globalTls }).settings.tls, { minVersion: 'TLS11', caCerts: [] })
})

t.test('parseHttpClientOptions: names every field that does not fit, all at once', async (t) => {
  const { problems } = parseHttpClientOptions({
    no_redirect: 'yes',
    send_body_on_redirect: 1,
    proxy_address: 5,
    client_tls: { ca_certs: [join(paths.folder, 'missing.pem'), 5], min_version: 'x' },
    no_redirects: true,
    timeout: '2s'
  }, inherited)
  t.strictSame(codes(problems), [
    'no_redirect: wrong-type', 'proxy_address: wrong-type', 'send_body_on_redirect: wrong-type', 'no_redirects: unknown-key', 'timeout: unknown-key',
    'client_tls.ca_certs.1: wrong-type', 'client_tls.min_version: unknown-value', 'client_tls.ca_certs.0: unreadable-file'
  ])
  t.match(problems.find(({ path }) => path[0] === 'no_redirects'), { instead: 'did you mean "no_redirect"?' })
  for (const value of ['no_redirect', [], null, 1]) t.match(parseHttpClientOptions(value, inherited).problems, [{ path: [], code: 'wrong-type' }], JSON.stringify(value))
  t.match(parseHttpClientOptions({ client_tls: [] }, inherited).problems, [{ path: ['client_tls'], code: 'wrong-type', message: /must be an object, not a list/ }])
})

t.test('parseHttpClientOptions: proxies that it takes', async (t) => {
  const rows: [string, object, string][] = [
    ['http://proxy.corp:80', { protocol: 'http', host: 'proxy.corp', port: 80, username: null, password: null }, 'http://proxy.corp:80'],
    ['https://proxy.corp:443', { protocol: 'https', host: 'proxy.corp', port: 443 }, 'https://proxy.corp:443'],
    ['HTTP://Proxy.Corp:9099/', { protocol: 'http', host: 'proxy.corp', port: 9099 }, 'http://proxy.corp:9099'],
    ['socks5://proxy.corp:1080', { protocol: 'socks5', port: 1080 }, 'socks5://proxy.corp:1080'],
    ['socks5h://u:p@proxy.corp:1080', { protocol: 'socks5h', username: 'u', password: 'p' }, 'socks5h://***@proxy.corp:1080'],
    ['http://[::1]:9099', { host: '::1', port: 9099 }, 'http://[::1]:9099'],
    ['http://127.0.0.1:9099', { host: '127.0.0.1' }, 'http://127.0.0.1:9099'],
    ['http://us%40er:p%3Aw%2F%20d@proxy.corp:9099', { username: 'us@er', password: 'p:w/ d' }, 'http://***@proxy.corp:9099'],
    ['http://user@corp:pass@proxy.corp:9099', { username: 'user@corp', password: 'pass' }, 'http://***@proxy.corp:9099'],
    ['http://user@proxy.corp:9099', { username: 'user', password: '' }, 'http://***@proxy.corp:9099'],
    ['http://b\u00fccher.example:9099', { host: 'xn--bcher-kva.example' }, 'http://xn--bcher-kva.example:9099']
  ]
  for (const [address, expected, described] of rows) {
    const { settings: { proxy }, problems, warnings } = parseHttpClientOptions({ proxy_address: address }, inherited)
    t.strictSame([problems, warnings], [[], []], address)
    t.match(proxy, expected, address)
    t.equal(describeProxy(proxy!), described, address)
  }
  t.match(parseHttpClientOptions({ proxy_address: 'http://proxy.corp:9099/path' }, inherited), { problems: [], warnings: [{ code: 'proxy-path' }] })
})

t.test('parseHttpClientOptions: proxies that it refuses, without telling their credentials', async (t) => {
  const rows: [string, RegExp][] = [
    ['proxy.corp', /scheme, host and port: "proxy\.corp"; write http:\/\/proxy\.corp:8080/],
    ['proxy.corp:9099', /"proxy\.corp:9099"; write http:\/\/proxy\.corp:9099/],
    ['127.0.0.1:9099', /write http:\/\/127\.0\.0\.1:9099/],
    ['user:hunter2@proxy.corp:9099', /"\*\*\*@proxy\.corp:9099"/],
    ['http:/user:hunter2@proxy.corp:9099', /"\*\*\*@proxy\.corp:9099"/],
    ['ftp://user:hunter2@proxy.corp:9099', /the scheme "ftp".*"ftp:\/\/\*\*\*@proxy\.corp:9099"; use http:\/\/, https:\/\/, socks5:\/\/ or socks5h:\/\//],
    ['socks4://proxy.corp:1080', /the scheme "socks4"/],
    ['http://', /has no host/],
    ['http://:9099', /has no host/],
    ['http://proxy.corp', /has no port.*; add it: http:\/\/proxy\.corp:8080/],
    ['https://proxy.corp', /has no port/],
    ['http://proxy.corp:', /has no port/],
    ['http://proxy.corp:99999', /the port "99999" is not between 1 and 65535/],
    ['http://proxy.corp:0', /the port "0"/],
    ['http://proxy.corp:http', /the port "http"/],
    ['http://proxy corp:9099', /"proxy corp" is not a valid host name or IP address/],
    ['http://[::1:9099', /is not a valid host name or IP address|must be the URL/],
    ['http://[zz]:9099', /is not a valid host name or IP address/],
    ['http://999.1.1.1:9099', /is not a valid host name or IP address/],
    ['http://us/er:hunter2@proxy.corp:9099', /percent-encoded/],
    ['http://u:hunter2%zz@proxy.corp:9099', /percent-encoded/]
  ]
  for (const [address, told] of rows) {
    const { settings: { proxy }, problems } = parseHttpClientOptions({ proxy_address: address }, inherited)
    t.equal(proxy, null, address)
    t.match(problems, [{ path: ['proxy_address'], code: 'invalid-proxy' }], address)
    t.match(`${problems[0]?.message}; ${problems[0]?.instead}`, told, address)
    t.notMatch(JSON.stringify(problems), 'hunter2', address)
  }
})

t.test('checkTlsFiles: checks the files as they are now', async (t) => {
  const changing = writeFiles(t, { 'ca.pem': ca.cert, 'a.key': a.key })
  const { tls } = parseClientTls({ ca_certs: [paths['ca.pem'], changing['ca.pem']], client_certs: [{ certificate: paths['a.pem'], private_key: changing['a.key'] }] })
  t.strictSame(checkTlsFiles(tls), [])
  t.strictSame(checkTlsFiles(null), [])
  writeFileSync(changing['ca.pem'], ca.cert.slice(0, 100))
  writeFileSync(changing['a.key'], a2.key)
  t.strictSame(codes(checkTlsFiles(tls)), ['ca_certs.1: no-certificate', 'client_certs.0.private_key: key-mismatch'])
})

t.test('describeCertificates: tells who, for whom and until when', async (t) => {
  const server = ca.issue({ cn: 'server', san: ['a.test', '10.0.0.1'], notBefore: new Date('2020-01-01'), notAfter: new Date('2051-02-03') })
  const more = writeFiles(t, { 'chain.pem': server.cert + ca.cert, 'server.key': server.key })
  const { tls } = parseClientTls({ ca_certs: [paths['bundle.pem']], client_certs: [{ certificate: more['chain.pem'], private_key: more['server.key'] }] })
  const { authorities, clientCertificates } = describeCertificates(tls)
  t.match(authorities, [
    { file: paths['bundle.pem'], subject: 'CN=ca', issuer: 'CN=ca', names: [], authority: true, fingerprint: /^([0-9A-F]{2}:){31}/ },
    { file: paths['bundle.pem'], subject: 'CN=client-a', issuer: 'CN=ca', authority: false }
  ])
  t.strictSame(clientCertificates.map(({ fingerprint, ...rest }) => rest), [{
    file: more['chain.pem'],
    subject: 'CN=server',
    issuer: 'CN=ca',
    names: ['DNS:a.test', 'IP Address:10.0.0.1'],
    validFrom: '2020-01-01T00:00:00.000Z',
    validTo: '2051-02-03T00:00:00.000Z',
    authority: false
  }])
  t.strictSame(describeCertificates(null), { authorities: [], clientCertificates: [] })
  t.strictSame(describeCertificates({ ...tls, caCerts: [join(paths.folder, 'gone.pem')], clientCerts: [] }), { authorities: [], clientCertificates: [] })
})
