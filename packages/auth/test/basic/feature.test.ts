import { writeFileSync } from 'node:fs'
import { hashSync } from 'bcryptjs'
import t from 'tap'
import { startOrigin, writeFiles } from '@floodgate/testing'
import { startGateway } from '../support/gateway.ts'

const hash = (password: string) => hashSync(password, 4)
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

t.test('auth/basic: users of the service, of an endpoint and of a file', async (t) => {
  const backend = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
  // htpasswd writes $2y$, which is the same as $2b$.
  const { htpasswd } = writeFiles(t, { htpasswd: `# users\n\nfile:${hash('a:b').replace('$2b$', '$2y$')}\r\nboth:${hash('old')}\n` })
  const endpoint = (path: string, settings: object) => ({ endpoint: path, extra_config: { 'auth/basic': settings }, backend: [{ url_pattern: '/', host: [backend.url] }] })
  const gateway = await startGateway(t, {
    extra_config: { 'auth/basic': { htpasswd_path: htpasswd, users: { both: hash('new'), zoë: hash('日') } } },
    endpoints: [endpoint('/service', {}), endpoint('/own', { users: { own: hash('x') } })]
  })
  const status = async (path: string, headers: Record<string, string> = {}) => (await gateway.get(path, headers)).status
  for (const credentials of ['file:a:b', 'both:new', 'zoë:日', 'file:a:b']) t.equal(await status('/service', basic(credentials)), 200, credentials)
  for (const credentials of ['file:a', 'file:', 'both:old', 'nobody:x', ':', 'own:x', 'file', '__proto__:x', 'constructor:x']) t.equal(await status('/service', basic(credentials)), 401, credentials)
  t.equal(await status('/own', basic('own:x')), 200)
  t.equal(await status('/own', basic('file:a:b')), 401, 'an endpoint with users has those only')
  for (const authorization of ['Basic', 'Basic ', 'Basic %%%', 'Bearer eDp5', `Basic ${'A'.repeat(5000)}`]) t.equal(await status('/service', { authorization }), 401, authorization.slice(0, 20))
  t.match(await gateway.get('/service'), { status: 401, body: '', headers: { 'www-authenticate': /^Basic realm=/, 'x-krakend-completed': undefined } })
})

t.test('auth/basic: a file that changed is read when the gateway is told to', async (t) => {
  const backend = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
  const { htpasswd } = writeFiles(t, { htpasswd: `a:${hash('old')}` }) as { htpasswd: string }
  const gateway = await startGateway(t, { endpoints: [{ endpoint: '/a', extra_config: { 'auth/basic': { htpasswd_path: htpasswd } }, backend: [{ url_pattern: '/', host: [backend.url] }] }] })
  const status = async (password: string) => (await gateway.get('/a', basic(`a:${password}`))).status
  t.same([await status('old'), await status('new')], [200, 401])
  writeFileSync(htpasswd, `a:${hash('new')}`)
  await gateway.app.floodgate.renew()
  t.same([await status('old'), await status('new')], [401, 200], 'nothing is remembered of the old ones')
  writeFileSync(htpasswd, 'a:x')
  await gateway.app.floodgate.renew()
  t.equal(await status('new'), 200, 'a broken file changes nothing')
  t.match(gateway.log.join(), /is not a bcrypt hash.*the previous users stay in use/)
})

t.test('auth/basic: wrong settings stop the start', async (t) => {
  const { sha, bare } = writeFiles(t, { sha: 'a:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', bare: '# users\nhush-hush\n' })
  const wrong: [object, RegExp][] = [
    [{}, /users.*no users are configured/],
    [{ htpasswd_path: '/nowhere' }, /htpasswd_path.*there is no such file/],
    [{ htpasswd_path: '/dev/zero' }, /htpasswd_path.*cannot be read: it is a device, not a regular file/],
    [{ htpasswd_path: sha }, /htpasswd_path.*"a" is not a bcrypt hash/],
    [{ htpasswd_path: bare }, /htpasswd_path.*line 2 of the file is not a "user:hash"/],
    [{ users: { a: 'hush-hush' } }, /users.*"a" is not a bcrypt hash/],
    [{ users: { 'a:b': hash('x') } }, /users.*is not a valid user name: it must not be empty or contain a colon/]
  ]
  for (const [settings, why] of wrong) {
    const error = await startGateway(t, { endpoints: [{ endpoint: '/a', extra_config: { 'auth/basic': settings }, backend: [{ url_pattern: '/', host: ['http://a.test'] }] }] }).catch((error) => error) as Error
    t.match(error, { code: 'FG_ERR_CONFIG_INVALID', message: why })
    t.notMatch(error.message, /hush-hush/)
  }
})
