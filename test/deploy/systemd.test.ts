import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import t from 'tap'
import { missingProgram, startOrigin } from '@floodgate/testing'
import { startCommand } from '../../packages/cli/test/support/start-command.ts'
import { bin, cleanEnvironment } from '../conformance/gateway-process.ts'

const folder = path.resolve(import.meta.dirname, '../../examples/systemd')
const unit = fs.readFileSync(path.join(folder, 'floodgate.service'), 'utf8')
const skip = missingProgram('systemd-analyze', 'get it with `apt-get install systemd`') ?? false
const get = (key: string) => [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value!)
const argumentsOf = (key: string) => get(key)[0]!.split(' ').slice(1)

t.test('floodgate.service: systemd accepts every line', { skip }, (t) => {
  const verify = (text: string) => {
    // Programs that a unit names must exist.
    const dir = t.testdir({ 'floodgate.service': text.replaceAll('/usr/local/bin/floodgate', process.execPath) })
    return spawnSync('systemd-analyze', ['verify', '--man=no', path.join(dir, 'floodgate.service')], { encoding: 'utf8' })
  }
  const { status, stderr } = verify(unit)
  t.equal(stderr.split('\n').filter((line) => line.includes('floodgate.service')).join('\n'), '')
  t.equal(status, 0)
  t.match(verify(unit.replace('ProtectHome=yes', 'ProtectHomes=yes')).stderr, /Unknown key/, 'which finds a wrong one')
  t.end()
})

t.test('floodgate.service: exposes little, by systemd\'s own measure', { skip }, (t) => {
  const { status, stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', path.join(folder, 'floodgate.service')], { encoding: 'utf8' })
  t.equal(status, 0, 'at most 2.0 of 10')
  t.comment(/Overall exposure level.*/.exec(stdout)?.[0])
  t.end()
})

t.test('floodgate.service: nothing that V8 or Node cannot live with', (t) => {
  for (const key of ['MemoryDenyWriteExecute', 'ProcSubset', 'PrivateUsers', 'PrivateNetwork']) t.same(get(key), [], key)
  t.match(get('RestrictAddressFamilies')[0], /AF_INET AF_INET6 AF_UNIX AF_NETLINK/)
  t.match(get('NotifyAccess'), ['all'])
  t.end()
})

t.test('floodgate.sysusers.conf: makes the user of the unit', { skip: missingProgram('systemd-sysusers', 'get it with `apt-get install systemd`') ?? false }, (t) => {
  const root = t.testdir({ etc: {} })
  const { status, stderr } = spawnSync('systemd-sysusers', [`--root=${root}`, path.join(folder, 'floodgate.sysusers.conf')], { encoding: 'utf8' })
  t.equal(status, 0, stderr)
  t.match(fs.readFileSync(path.join(root, 'etc/passwd'), 'utf8'), new RegExp(`^${get('User')[0]}:`, 'm'))
  t.end()
})

t.test('floodgate.service: its commands start, reload, refuse and end the gateway', { timeout: 120_000 }, async (t) => {
  const origin = await startOrigin(t, (request, response) => { response.end(request.url) })
  const configuration = (endpoint: string) => JSON.stringify({
    version: 3, port: 0, listen_ip: '127.0.0.1', endpoints: [{ endpoint, output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }] }]
  })
  // Short: the path of a socket has 103 bytes.
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-'))
  t.teardown(() => { fs.rmSync(dir, { recursive: true }) })
  fs.writeFileSync(path.join(dir, 'krakend.json'), configuration('/first'))
  const here = (args: string[]) => args.map((arg) => arg.replace(/^\/(?:etc|run)\/floodgate/, dir).replace('auto', '2'))
  const gateway = startCommand(t, here(argumentsOf('ExecStart')))
  const [, url] = await gateway.said(/listening on (http:\S+?)(?:,|\s)/)
  t.equal((await fetch(`${url}/first`)).status, 200)
  const reload = () => spawnSync(process.execPath, [bin, ...here(argumentsOf('ExecReload'))], { encoding: 'utf8', env: cleanEnvironment() })
  fs.writeFileSync(path.join(dir, 'krakend.json'), configuration('/second'))
  t.match(reload(), { status: 0, stdout: /GET \/second/ })
  t.equal((await fetch(`${url}/second`)).status, 200)
  fs.writeFileSync(path.join(dir, 'krakend.json'), '{')
  t.equal(reload().status, 1, 'systemctl reload fails')
  t.equal((await fetch(`${url}/second`)).status, 200)
  gateway.kill('SIGTERM')
  t.same(await gateway.ended, { status: 0, signal: null })

  const refused = startCommand(t, here(argumentsOf('ExecStart')))
  t.ok(get('RestartPreventExitStatus')[0]!.split(' ').includes(String((await refused.ended).status)), 'not started again and again')
})
