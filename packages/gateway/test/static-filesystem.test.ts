import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import http2 from 'node:http2'
import { once } from 'node:events'
import { join } from 'node:path'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway, { createServer, loadConfiguration } from '@floodgate/gateway'
import { call, open, readAll, startOrigin, until, type ClientRequest } from '@floodgate/testing'

const server = 'server/static-filesystem'
const fromFiles = 'backend/static-filesystem'
const nowhere = 'http://127.0.0.1:10'

/** A folder of files beside one with a secret. */
function createFolder (t: Test): { root: string, outside: string } {
  const dir = t.testdir({
    outside: { 'secret.txt': 'secret' },
    files: {
      'index.html': '<h1>home</h1>',
      'app.js': 'let a',
      'data.json': '{"a":1,"big":12345678901234567890}',
      'empty.txt': '',
      LICENSE: 'as you like',
      'a b#c?d%41.txt': 'odd',
      '.env': 'SECRET=1',
      '.git': { config: 'secret' },
      '.well-known': { 'security.txt': 'Contact: us', '.hidden': 'secret' },
      docs: { 'one.txt': '0123456789', '.draft': 'secret', inner: {} }
    }
  })
  return { root: join(dir, 'files'), outside: join(dir, 'outside') }
}

async function start (t: Test, config: object): Promise<string> {
  const app = await createServer(await loadConfiguration({ version: 3, timeout: '60s', ...config }, { env: {} }), { silent: true })
  t.teardown(() => app.close())
  return await app.listen({ port: 0, host: '127.0.0.1' })
}

/** Serves the files below `/media`, beside an endpoint of an origin that answers with the path it is asked for. */
async function serveFiles (t: Test, root: string, settings: object = {}, more: { extra_config?: object, endpoints?: object[] } = {}) {
  const origin = await startOrigin(t, (request, response) => { response.end(JSON.stringify({ path: request.url })) })
  const url = await start(t, {
    ...more,
    host: [origin.url],
    extra_config: { ...more.extra_config, [server]: { prefix: '/media', path: root, ...settings } },
    endpoints: [{ endpoint: '/other/{x}', backend: [{ url_pattern: '/other/{x}' }] }, ...more.endpoints ?? []]
  })
  return async (path: string, options: ClientRequest = {}) => {
    // The whole path as it is: URL would resolve dot segments.
    const { status, headers, body } = await call(url, { path, ...options })
    return { status, headers, body: body.toString() }
  }
}

t.test('server/static-filesystem: files with their types, beside endpoints', async (t) => {
  const ask = await serveFiles(t, createFolder(t).root)
  t.match(await ask('/media/app.js?v=1'), { status: 200, body: 'let a', headers: { 'content-type': 'application/javascript; charset=utf-8', 'content-length': '5', 'accept-ranges': 'bytes', 'last-modified': / GMT$/, etag: /^W\// } })
  t.match(await ask('/media/LICENSE'), { status: 200, body: 'as you like', headers: { 'content-type': 'application/octet-stream' } })
  t.match(await ask('/media/empty.txt'), { status: 200, body: '', headers: { 'content-length': '0' } })
  t.match(await ask('/media/a%20b%23c%3Fd%2541.txt'), { status: 200, body: 'odd' })
  t.match(await ask('/%6dedia/docs%2Fone.txt'), { status: 200, body: '0123456789' }, 'addresses are decoded first')
  t.match(await ask('/media//docs/./one.txt'), { status: 200, body: '0123456789' })
  t.match(await ask('/media/.well-known/security.txt'), { status: 200, body: 'Contact: us' })
  t.match(await ask('/media/none.txt'), { status: 404, body: '404 page not found\n', headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', 'x-krakend-completed': undefined } })
  t.match(await ask('/other/1'), { status: 200, body: '{"path":"/other/1"}' })
  t.match(await ask('/mediator'), { status: 404, body: '404 page not found' }, 'whole segments')
  t.match(await ask('/Media/app.js'), { status: 404 }, 'case counts')
})

t.test('server/static-filesystem: folders, their index and their usual addresses', async (t) => {
  const ask = await serveFiles(t, createFolder(t).root)
  t.match(await ask('/media/'), { status: 200, body: '<h1>home</h1>', headers: { 'content-type': 'text/html; charset=utf-8' } })
  t.match(await ask('/media'), { status: 301, headers: { location: 'media/' } })
  t.match(await ask('/media/docs?a=1'), { status: 301, headers: { location: 'docs/?a=1' } })
  t.match(await ask('/media/index.html'), { status: 301, headers: { location: './' } })
  t.match(await ask('/media/app.js/'), { status: 301, headers: { location: '../app.js' } })
  t.match(await ask('/media/docs/'), { status: 404 }, 'no index and no list')
})

t.test('server/static-filesystem: a list of files where it is asked for', async (t) => {
  const { root, outside } = createFolder(t)
  writeFileSync(join(root, 'docs', '<b>&"\'.txt'), '')
  writeFileSync(join(root, 'docs', 'javascript:x'), '')
  symlinkSync(join(outside, 'secret.txt'), join(root, 'docs', 'out.txt'))
  symlinkSync('one.txt', join(root, 'docs', 'same.txt'))
  execFileSync('mkfifo', [join(root, 'docs', 'pipe')])
  const ask = await serveFiles(t, root, { directory_listing: true })
  const { status, headers, body } = await ask('/media/docs/')
  t.match({ status, headers }, { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'last-modified': / GMT$/ } })
  t.equal(body, [
    '<!doctype html>', '<meta name="viewport" content="width=device-width">', '<pre>',
    '<a href="%3Cb%3E%26%22%27.txt">&lt;b&gt;&amp;&#34;&#39;.txt</a>', '<a href="inner/">inner/</a>', '<a href="javascript%3Ax">javascript:x</a>',
    '<a href="one.txt">one.txt</a>', '<a href="same.txt">same.txt</a>', '</pre>', ''
  ].join('\n'))
  t.match(await ask('/media/docs/', { method: 'HEAD' }), { status: 200, body: '', headers: { 'content-length': String(body.length) } })
  t.match(await ask('/media/docs/', { headers: { 'if-modified-since': headers['last-modified']! } }), { status: 304, body: '' })
  t.match(await ask('/media/'), { body: '<h1>home</h1>' }, 'an index comes first')
})

t.test('server/static-filesystem: nothing leads out of the folder, nothing hidden is found', async (t) => {
  const { root, outside } = createFolder(t)
  symlinkSync(outside, join(root, 'out'))
  symlinkSync(join(outside, 'secret.txt'), join(root, 'secret.txt'))
  symlinkSync('loop', join(root, 'loop'))
  symlinkSync('.env', join(root, 'env.txt'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  const ask = await serveFiles(t, root, { directory_listing: true })
  for (const path of [
    '../outside/secret.txt', '%2e%2e/outside/secret.txt', '..%2foutside%2fsecret.txt', '..%5coutside%5csecret.txt', '..\\outside\\secret.txt',
    'docs/../../outside/secret.txt', '/..//../outside/secret.txt', 'docs\\one.txt', 'app.js%00', '%00', 'app.js%00.txt', '%252e%252e/outside/secret.txt',
    'out/secret.txt', 'out/', 'secret.txt', 'loop', 'pipe', '.env', '.git/config', '%2egit/config', 'docs/.draft', '.well-known/.hidden', 'docs/.well-known/x',
    `${'a'.repeat(5000)}`, 'docs/one.txt/x', '.'.repeat(3)
  ]) {
    const { status, body } = await ask(`/media/${path}`)
    t.equal(status, 404, path)
    t.notMatch(body, /secret/i, path)
  }
  t.match(await ask('/media/env.txt'), { status: 200, body: 'SECRET=1' }, 'a link inside the folder is followed, as of mounted volumes')
  for (const path of ['%zz', '%ff']) t.match(await ask(`/media/${path}`), { status: 400 }, path)
  t.match(await ask('/media/../other/1'), { status: 404 }, 'it ends here')
  t.match(await ask('/other/../media/app.js'), { status: 404 }, 'it is no path of files')
})

t.test('server/static-filesystem: a folder that is a link may be replaced', async (t) => {
  const dir = t.testdir({ one: { 'a.txt': 'one' }, two: { 'a.txt': 'two' } })
  symlinkSync(join(dir, 'one'), join(dir, 'current'))
  const ask = await serveFiles(t, join(dir, 'current'))
  t.match(await ask('/media/a.txt'), { body: 'one' })
  symlinkSync(join(dir, 'two'), join(dir, 'next'))
  renameSync(join(dir, 'next'), join(dir, 'current'))
  t.match(await ask('/media/a.txt'), { body: 'two' })
  rmSync(join(dir, 'current'))
  t.match(await ask('/media/a.txt'), { status: 404 })
})

t.test('server/static-filesystem: conditional requests, ranges and HEAD', async (t) => {
  const ask = await serveFiles(t, createFolder(t).root)
  const { headers: { 'last-modified': modified, etag } } = await ask('/media/docs/one.txt')
  const with_ = (headers: Record<string, string>) => ask('/media/docs/one.txt', { headers })
  t.match(await with_({ 'if-modified-since': modified! }), { status: 304, body: '', headers: { etag, 'content-type': undefined } })
  t.match(await with_({ 'if-none-match': etag! }), { status: 304, body: '' })
  t.match(await with_({ 'if-none-match': '"other"' }), { status: 200, body: '0123456789' })
  t.match(await with_({ 'if-match': '"other"' }), { status: 412, body: '' })
  t.match(await with_({ 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }), { status: 412, body: '' })
  t.match(await with_({ range: 'bytes=2-4' }), { status: 206, body: '234', headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' } })
  t.match(await with_({ range: 'bytes=-2' }), { status: 206, body: '89' })
  t.match(await with_({ range: 'bytes=7-' }), { status: 206, body: '789' })
  t.match(await with_({ range: 'bytes=7-', 'if-range': 'Thu, 01 Jan 1970 00:00:00 GMT' }), { status: 200, body: '0123456789' })
  t.match(await with_({ range: 'bytes=10-' }), { status: 416, body: 'invalid range: failed to overlap\n', headers: { 'content-range': 'bytes */10' } })
  t.match(await with_({ range: 'bytes=0-1,4-5' }), { status: 200, body: '0123456789' }, 'several ranges: the whole file')
  t.match(await ask('/media/docs/one.txt', { method: 'HEAD' }), { status: 200, body: '', headers: { 'content-length': '10', 'content-type': /^text\/plain/ } })
  t.match(await ask('/media/docs/one.txt', { method: 'HEAD', headers: { range: 'bytes=2-4' } }), { status: 206, body: '', headers: { 'content-length': '3' } })
  t.match(await ask('/media/none', { method: 'HEAD' }), { status: 404, body: '' })
})

t.test('server/static-filesystem: other methods are refused', async (t) => {
  const ask = await serveFiles(t, createFolder(t).root, {}, { extra_config: { 'security/cors': { allow_origins: ['*'] } } })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    t.match(await ask('/media/app.js', { method, body: 'x' }), { status: 405, headers: { allow: 'GET, HEAD' }, body: '' }, method)
  }
  t.match(await ask('/other/1', { method: 'POST', body: 'x' }), { status: 405, headers: { allow: 'GET' } }, 'the router\'s own')
})

t.test('server/static-filesystem: what skip names is left to the endpoints', async (t) => {
  const { root } = createFolder(t)
  const endpoint = (path: string, more: object = {}) => ({ endpoint: path, ...more, backend: [{ url_pattern: path }] })
  const ask = await serveFiles(t, root, { prefix: '/', skip: ['/api', '/other/', '/docs/one.txt'] }, {
    endpoints: [endpoint('/api/a'), endpoint('/app.js'), endpoint('/docs/one.txt'), endpoint('/api/b', { method: 'POST' })]
  })
  t.match(await ask('/'), { body: '<h1>home</h1>' })
  t.match(await ask('/app.js'), { body: 'let a' }, 'files hide endpoints')
  t.match(await ask('/api/a'), { body: '{"path":"/api/a"}' })
  t.match(await ask('/%61pi/a'), { body: '{"path":"/api/a"}' })
  t.match(await ask('/other/1'), { body: '{"path":"/other/1"}' })
  t.match(await ask('/docs/one.txt'), { body: '{"path":"/docs/one.txt"}' })
  t.match(await ask('/api/none'), { status: 404, body: '404 page not found', headers: { 'x-krakend-completed': 'false' } }, 'the router\'s own 404')
  t.match(await ask('/api/b'), { status: 405, headers: { allow: 'POST' } })
  t.match(await ask('/api/a/'), { status: 301, headers: { location: '/api/a' } })
  t.match(await ask('/__health'), { status: 200, body: /"status":"ok"/ }, 'the health endpoint stays')
})

t.test('server/static-filesystem: behind CORS and filters of addresses, before security headers and limits', async (t) => {
  const { root } = createFolder(t)
  const ask = await serveFiles(t, root, {}, {
    extra_config: {
      'security/cors': { allow_origins: ['https://a.example'] },
      'security/http': { frame_deny: true, allowed_hosts: ['only.example'] },
      'security/bot-detector': { deny: ['bad'] },
      'modifier/response-headers': { add: { 'X-Added': ['1'] } }
    }
  })
  const { status, headers } = await ask('/media/app.js', { headers: { origin: 'https://a.example', 'user-agent': 'bad' } })
  t.match({ status, headers }, { status: 200, headers: { 'x-added': '1', 'access-control-allow-origin': 'https://a.example', 'x-frame-options': undefined } })
  const preflight = { origin: 'https://a.example', 'access-control-request-method': 'GET' }
  t.match(await ask('/media/app.js', { method: 'OPTIONS', headers: preflight }), { status: 204, headers: { 'access-control-allow-methods': 'GET' } })
  const filtered = await serveFiles(t, root, {}, { extra_config: { 'plugin/http-server': { name: ['ip-filter'], 'ip-filter': { CIDR: ['127.0.0.1/32'], allow: false } } } })
  t.match(await filtered('/media/app.js'), { status: 403 })
})

t.test('server/static-filesystem: a connection serves on, also after a refused body; a large file ends with its client', async (t) => {
  const { root } = createFolder(t)
  truncateSync(join(root, 'empty.txt'), 64 * 1024 * 1024)
  const url = await start(t, { extra_config: { [server]: { prefix: '/media', path: root } }, endpoints: [] })
  const { socket } = await open(url, 'GET /media/app.js HTTP/1.1\r\nHost: h\r\n\r\nGET /media/none HTTP/1.1\r\nHost: h\r\n\r\nHEAD /media/empty.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
  t.match((await readAll(socket)).toString(), /^HTTP\/1\.1 200 OK\r\n[^]*let aHTTP\/1\.1 404 [^]*404 page not found\nHTTP\/1\.1 200 OK\r\n[^]*content-length: 67108864[^]*\r\n\r\n$/i)
  const openFiles = () => execFileSync('sh', ['-c', `ls -l /proc/${process.pid}/fd 2>/dev/null | grep -c empty.txt || true`]).toString().trim()
  const { socket: leaving, read } = await open(url, 'GET /media/empty.txt HTTP/1.1\r\nHost: h\r\n\r\n')
  await until(() => read().length > 1000)
  leaving.destroy()
  await until(() => openFiles() === '0')
  t.equal(openFiles(), '0')
})

t.test('server/static-filesystem: HTTP/2', async (t) => {
  const url = await start(t, { use_h2c: true, extra_config: { [server]: { prefix: '/media', path: createFolder(t).root } }, endpoints: [] })
  const session = http2.connect(url)
  t.teardown(() => { session.close() })
  const ask = async (headers: http2.OutgoingHttpHeaders) => {
    const stream = session.request(headers)
    const [answer] = await once(stream, 'response') as [http2.IncomingHttpHeaders]
    return { answer, body: (await readAll(stream)).toString() }
  }
  t.match(await ask({ ':path': '/media/app.js' }), { answer: { ':status': 200, 'content-type': 'application/javascript; charset=utf-8' }, body: 'let a' })
  t.match(await ask({ ':path': '/media/docs/one.txt', range: 'bytes=0-0' }), { answer: { ':status': 206 }, body: '0' })
  t.match(await ask({ ':path': '/media/app.js', ':method': 'HEAD' }), { answer: { ':status': 200, 'content-length': '5' }, body: '' })
  t.match(await ask({ ':path': '/media/../x' }), { answer: { ':status': 404 } })
  t.match(await ask({ ':path': '/media/docs' }), { answer: { ':status': 301, location: 'docs/' } })
})

t.test('server/static-filesystem: in an app of its own routes, with and without a prefix', async (t) => {
  const { root } = createFolder(t)
  for (const prefix of ['', '/v1']) {
    const app = Fastify()
    t.teardown(() => app.close())
    app.get('/hosts-own', async () => 'own')
    const config = { version: 3, timeout: '60s', extra_config: { [server]: { prefix: '/media', path: root, skip: ['/media/skip'] } }, endpoints: [{ endpoint: '/media/skip/{x}', backend: [{ host: [nowhere], url_pattern: '/' }] }] }
    await app.register(gateway, { config, prefix })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const ask = async (path: string, options: ClientRequest = {}) => {
      const { status, headers, body } = await call(url, { path, ...options })
      return { status, location: headers.location, body: body.toString() }
    }
    t.match(await ask(`${prefix}/media/app.js`), { status: 200, body: 'let a' })
    t.match(await ask(`${prefix}/media/app.js`, { method: 'HEAD' }), { status: 200, body: '' })
    t.match(await ask(`${prefix}/media`), { status: 301, location: 'media/' })
    t.match(await ask(`${prefix}/media/../../outside/secret.txt`), { status: 404 })
    t.match(await ask(`${prefix}/media/none`), { status: 404, body: '404 page not found\n' })
    t.match(await ask(`${prefix}/media/skip/1`), { status: 500 }, 'the endpoint, whose backend is not there')
    t.match(await ask(`${prefix}/media/skip/1/2`), { status: 404, body: prefix === '' ? /Route GET/ : '404 page not found' })
    t.match(await ask('/hosts-own'), { status: 200, body: 'own' })
  }
})

t.test('server/static-filesystem: what cannot be read is answered, and logged', { skip: process.getuid?.() === 0 && 'root reads everything' }, async (t) => {
  const { root } = createFolder(t)
  chmodSync(join(root, 'app.js'), 0o000)
  const ask = await serveFiles(t, root)
  t.match(await ask('/media/app.js'), { status: 403 })
})

/** The messages of what stops or accompanies a start. */
async function check (t: Test, config: object): Promise<string> {
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'warn', stream: { write (line: string) { lines.push(line) } } } })
  t.teardown(() => app.close())
  return await app.register(gateway, { config: { version: 3, timeout: '60s', ...config } }).then(() => lines.join(''), (error: unknown) => (error as Error).message)
}

t.test('server/static-filesystem: endpoints that files hide are named', async (t) => {
  const endpoint = (path: string) => ({ endpoint: path, backend: [{ host: [nowhere], url_pattern: '/' }] })
  const { root } = createFolder(t)
  const told = await check(t, { extra_config: { [server]: { prefix: '/m', path: root, skip: ['/m/api'] } }, endpoints: [endpoint('/m/a/{x}'), endpoint('/m/api/b'), endpoint('/me'), endpoint('/{y}/z')] })
  t.match(told, /endpoints\[0\]\.endpoint.*never reached.*add \\"\/m\/a\/\\" to/)
  t.notMatch(told, /endpoints\[[1-3]\]/)
})

t.test('server/static-filesystem, backend/static-filesystem: a folder that is not there stops the start', async (t) => {
  const { root } = createFolder(t)
  const at = (path: string, more: object = {}) => check(t, { extra_config: { [server]: { prefix: '/m', path, ...more } }, endpoints: [] })
  t.match(await at(join(root, 'none')), /static-filesystem"\]\.path: there is no folder/)
  t.match(await at(join(root, 'app.js')), /is not a folder/)
  t.match(await at(root, { prefix: 'm' }), /static-filesystem"\]\.prefix: .*write "\/m"/)
  t.match(await check(t, { extra_config: { [server]: { path: root } }, endpoints: [] }), /prefix/)
  const backend = { host: [nowhere], url_pattern: '/', extra_config: { [fromFiles]: { path: './no/such/folder' } } }
  t.match(await check(t, { endpoints: [{ endpoint: '/a', backend: [backend] }] }), /endpoints\[0\]\.backend\[0\]\..*path: there is no folder "\.\/no\/such\/folder" \("\//)
})

t.test('backend/static-filesystem: documents that are decoded, merged and shaped', async (t) => {
  const { root } = createFolder(t)
  const files = (pattern: string, more: object = {}) => ({ host: ['http://ignored'], url_pattern: pattern, ...more, extra_config: { [fromFiles]: { path: root } } })
  const origin = await startOrigin(t, (_request, response) => { response.end('{"live":true}') })
  const url = await start(t, {
    endpoints: [
      { endpoint: '/one', backend: [files('/data.json', { mapping: { a: 'b' } })] },
      { endpoint: '/both', backend: [files('/data.json', { group: 'mock' }), { host: [origin.url], url_pattern: '/' }] },
      { endpoint: '/named/{name}', backend: [files('/{name}.json')] },
      { endpoint: '/post', method: 'POST', backend: [files('/data.json', { method: 'POST' })] },
      { endpoint: '/text', backend: [files('/app.js', { encoding: 'string' })] },
      { endpoint: '/partly', backend: [files('/none.json'), { host: [origin.url], url_pattern: '/' }] }
    ]
  })
  const ask = async (path: string, options: ClientRequest = {}) => {
    const { status, headers, body } = await call(url, { path, ...options })
    return { status, complete: headers['x-krakend-completed'], body: body.toString() }
  }
  t.same(await ask('/one'), { status: 200, complete: 'true', body: '{"big":12345678901234567890,"b":1}' })
  t.match(await ask('/both'), { status: 200, complete: 'true', body: /^(?=.*"mock":\{"a":1)(?=.*"live":true)/ })
  t.same(await ask('/named/data'), { status: 200, complete: 'true', body: '{"a":1,"big":12345678901234567890}' })
  t.match(await ask('/named/none'), { status: 500, complete: 'false', body: '' })
  t.match((await ask('/named/..%2foutside%2fsecret')).status, /^40[04]$/)
  t.match(await ask('/named/.env'), { status: 500 })
  t.match(await ask('/post', { method: 'POST', body: 'x'.repeat(100_000) }), { status: 200, body: /"a":1/ })
  t.same(await ask('/text'), { status: 200, complete: 'true', body: '{"content":"let a"}' })
  t.same(await ask('/partly'), { status: 200, complete: 'false', body: '{"live":true}' })
})

t.test('backend/static-filesystem: files as they are, below a wildcard', async (t) => {
  const { root } = createFolder(t)
  const endpoint = (path: string, pattern: string, settings: object = {}, more: object = {}) => ({
    endpoint: path,
    output_encoding: 'no-op',
    input_headers: ['Range', 'If-None-Match'],
    ...more,
    backend: [{ host: ['http://ignored'], url_pattern: pattern, encoding: 'no-op', extra_config: { [fromFiles]: { path: root, ...settings }, 'modifier/martian': { 'header.Modifier': { scope: ['response'], name: 'X-By', value: 'martian' } } } }]
  })
  const url = await start(t, { endpoints: [endpoint('/files/*', '/'), endpoint('/docs/*', '/docs/', { directory_listing: true }), endpoint('/home', '/index.html'), endpoint('/plain', '/docs/one.txt', {}, { input_headers: [] })] })
  const ask = async (path: string, options: ClientRequest = {}) => {
    const { status, headers, body } = await call(url, { path, ...options })
    return { status, headers, body: body.toString() }
  }
  const whole = await ask('/files/docs/one.txt')
  t.match(whole, { status: 200, body: '0123456789', headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '10', 'x-by': 'martian' } })
  t.match(await ask('/files/docs/one.txt', { headers: { range: 'bytes=1-2' } }), { status: 206, body: '12', headers: { 'content-range': 'bytes 1-2/10' } })
  t.match(await ask('/files/docs/one.txt', { headers: { 'if-none-match': whole.headers.etag! } }), { status: 304, body: '' })
  t.match(await ask('/plain', { headers: { range: 'bytes=1-2' } }), { status: 200, body: '0123456789' }, 'only headers that pass count')
  t.match(await ask('/files/'), { status: 200, body: '<h1>home</h1>' })
  t.match(await ask('/home'), { status: 200, body: '<h1>home</h1>' }, 'no redirects')
  t.match(await ask('/files/docs'), { status: 404 })
  t.match(await ask('/docs/'), { status: 200, body: /<a href="one.txt">one.txt<\/a>/ })
  for (const path of ['/files/.env', '/files/%2e%2e/outside/secret.txt', '/files/..%5coutside', '/files/a%00']) t.match((await ask(path)).status, /^4/, path)
})

t.test('backend/static-filesystem: a missing file counts for the circuit breaker, as a host\'s 404 does', async (t) => {
  const { root } = createFolder(t)
  mkdirSync(join(root, 'late'))
  const url = await start(t, {
    endpoints: [{ endpoint: '/a', backend: [{ host: ['http://ignored'], url_pattern: '/late/a.json', extra_config: { [fromFiles]: { path: root }, 'qos/circuit-breaker': { interval: 60, timeout: 60, max_errors: 1 } } }] }]
  })
  const statuses = []
  for (let i = 0; i < 3; i++) statuses.push((await call(`${url}/a`)).status)
  t.same(statuses, [500, 500, 500])
  writeFileSync(join(root, 'late', 'a.json'), '{}')
  t.not((await call(`${url}/a`)).status, 200, 'it is open')
})
