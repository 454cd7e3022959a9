import { writeFileSync } from 'node:fs'
import { hashSync } from 'bcryptjs'
import t from 'tap'
import { createCompareThread } from '../../src/basic/compare-thread.ts'
import { createPasswordCheck } from '../../src/basic/password-check.ts'
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

t.test('createPasswordCheck: what is right is remembered, and only so many may wait', async (t) => {
  const check = createPasswordCheck(new Map([['a', hash('right')]]))
  t.equal(await check('a', 'right'), true)
  t.equal(check('a', 'right'), true, 'at once')
  t.ok(check('a', 'wrong') instanceof Promise)
  const waiting = Array.from({ length: 200 }, (_, i) => check('a', `wrong ${i}`))
  t.ok(waiting.includes(null))
  t.equal(waiting.filter((verdict) => verdict !== null).length, 15, 'of one client')
  const others = Array.from({ length: 200 }, (_, i) => check('a', `also wrong ${i}`, `client ${i}`))
  t.equal(others.filter((verdict) => verdict !== null).length, 48, 'of all')
  t.same(new Set((await Promise.all(waiting)).filter((verdict) => verdict !== null)), new Set([false]))
  t.equal(check('a', 'wrong'), false, 'so is what is wrong')
  t.same(new Set((await Promise.all(others)).filter((verdict) => verdict !== null)), new Set([false]))
  t.equal(await createPasswordCheck(new Map())('a', 'b'), false)
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

t.test('createPasswordCheck: clients take turns, equal questions are one, and nobody compares for who has left', async (t) => {
  const compared: string[] = []
  const check = createPasswordCheck(new Map([['a', hash('right')]]), { compare: async (password) => { compared.push(password); return password === 'right' } })
  const many = Array.from({ length: 10 }, (_, i) => check('a', `wrong ${i}`, 'one'))
  const other = check('a', 'right', 'other')
  const gone = check('a', 'left', 'third', () => true)
  t.equal(check('a', 'wrong 9', 'fourth'), many[9], 'the same promise')
  t.same([await other, await gone], [true, null])
  t.ok(compared.indexOf('right') < 3, compared.join())
  t.same(await Promise.all(many), Array(10).fill(false))
  t.equal(compared.length, 11)
})

t.test('createCompareThread: compares off the main thread, and starts again after it broke', async (t) => {
  const errors: Error[] = []
  const thread = createCompareThread((error) => { errors.push(error) })
  let turns = 0
  const count = setInterval(() => { turns++ }, 1)
  const slow = hashSync('right', 10)
  t.same(await Promise.all([thread.compare('right', slow), thread.compare('wrong', slow), thread.compare('x', 'no hash')]), [true, false, false])
  clearInterval(count)
  t.ok(turns > 0, 'the main thread went on')
  const lost = thread.compare('right', slow)
  await thread.close()
  t.equal(await lost, null)
  t.equal(await thread.compare('right', slow), true)
  await thread.close()
  t.same(errors, [])
})
