import { execFile } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { validate } from 'dockerfile-utils'
import t, { type Test } from 'tap'
import { freePort, isLong, startOrigin } from '@floodgate/testing'
import { environment } from '../../scripts/packages.mjs'
import { missingPodman, preparePodman, type Podman } from './podman.ts'

const root = path.resolve(import.meta.dirname, '../..')
const dockerfile = fs.readFileSync(path.join(root, 'Dockerfile'), 'utf8')
const skip = missingPodman() ?? false

t.test('Dockerfile: no finding of the linter, no floating tag', (t) => {
  t.same(validate(dockerfile), [])
  for (const [, image] of dockerfile.matchAll(/^FROM (?:--\S+ )?(\S+)/gm)) t.match(image, /^(?:node:\d+-bookworm-slim|gcr\.io\/distroless\/nodejs\d+-debian12:nonroot)$/)
  const majors = new Set([...dockerfile.matchAll(/node(?:js)?:?(\d+)-/g)].map(([, major]) => major))
  t.equal(majors.size, 1, 'the same Node builds and runs')
  t.end()
})

t.test('.dockerignore: whatever the Dockerfile copies is let through', (t) => {
  const lets = fs.readFileSync(path.join(root, '.dockerignore'), 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1))
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) => names!.split(' '))
  t.same(lets.toSorted(), copied.toSorted())
  t.end()
})

t.test('the image', { skip, timeout: 900_000 }, async (t) => {
  const podman = await preparePodman(t, isLong ? dockerfile : lastStage())
  await build(t, podman)

  await t.test('has a user without rights, a healthcheck, and a signal to stop', async (t) => {
    const [image] = JSON.parse(await podman('inspect', 'floodgate'))
    t.match(image.Config, { User: '65532:65532', WorkingDir: '/etc/floodgate', StopSignal: 'SIGTERM', ExposedPorts: { '8080/tcp': {} } })
    t.match(image.Healthcheck, { Test: ['CMD', '/nodejs/bin/node', '/app/dist/bin.js', 'healthcheck', '-c', '/etc/floodgate/krakend.json'] })
  })

  for (const workers of isLong ? [null, 2] : [2]) {
    await t.test(`serves as its user on a root that is read-only, ${workers === null ? 'in one process' : `in ${workers} workers`}: process 1 reaps, reloads and drains`, async (t) => {
      const held: http.ServerResponse[] = []
      let arrived = () => {}
      const origin = await startOrigin(t, (request, response) => {
        if (request.url === '/held') { held.push(response); arrived() } else response.end(request.url)
      })
      const port = await freePort()
      const folder = t.testdir({ 'krakend.json': configuration(origin.url, port) })
      const name = `gateway-${workers ?? 1}`
      const gateway = podman.start(t, name, [
        '--memory', '300m', '--volume', `${folder}:/etc/floodgate:ro`, '--tmpfs', '/run/floodgate:mode=1777', 'floodgate',
        'run', '-c', '/etc/floodgate/krakend.json', '--watch', '--control', '/run/floodgate/control.sock', ...workers === null ? [] : ['--workers', String(workers)]
      ])
      await gateway.said(/listening on /)
      const get = (target: string) => fetch(`http://127.0.0.1:${port}${target}`)
      t.equal(await (await get('/orders')).text(), '/orders')
      await t.resolves(podman('healthcheck', 'run', name), 'the healthcheck of the image')
      const inside = (code: string) => podman('exec', name, '/nodejs/bin/node', '-e', code)
      if (workers !== null) {
        const [, pid] = await gateway.said(/worker 1 \(process (\d+)\) serves/)
        await inside(`process.kill(${pid}, 'SIGKILL')`)
        await gateway.said(/worker 1 \(process \d+\) serves[^]*worker 1 \(process \d+\) serves/)
      }
      const { root, bytes, processes } = JSON.parse(await inside(seen)) as Seen
      t.equal(root, 'EROFS', 'the root is read-only')
      t.ok(bytes < 30e6, `docs/deploy.md says 22 MB, and it is ${bytes}`)
      t.comment(`/app has ${(bytes / 1e6).toFixed(1)} MB`)
      t.equal(processes[0]!.pid, 1)
      t.equal(processes.length, 1 + (workers ?? 0), 'no zombie is left')
      for (const one of processes) t.match(one, { uid: '65532', capabilities: '0000000000000000', noNewPrivileges: '1', seccomp: '2' })

      fs.writeFileSync(path.join(folder, 'krakend.json.new'), configuration(origin.url, port).replace('"/orders"', '"/bills"'))
      fs.renameSync(path.join(folder, 'krakend.json.new'), path.join(folder, 'krakend.json'))
      await gateway.said(/configuration reloaded/)
      t.equal((await get('/bills')).status, 200)
      t.match(await podman('exec', name, '/nodejs/bin/node', '/app/dist/bin.js', 'status', '--control', '/run/floodgate/control.sock'), /reloads: 1 applied/)

      const sent = new Promise<void>((resolve) => { arrived = resolve })
      const slow = get('/held')
      await sent
      const stopped = podman('stop', '--time', '90', name)
      // The upstream answers only when nothing new is accepted any more.
      while (await get('/bills').then(() => true, () => false)) await new Promise((resolve) => setTimeout(resolve, 20))
      held[0]!.end('in time')
      t.equal(await (await slow).text(), 'in time')
      await stopped
      t.equal((await gateway.ended).status, 0)
    })
  }
})

/** What runs, without the stage that builds it. */
function lastStage (): string {
  return dockerfile.slice(dockerfile.lastIndexOf('\nFROM ') + 1).replace('COPY --from=build /app', 'COPY app')
}

/** The long form builds as the Dockerfile says; the short one packs what the build has made here, with the last command of that stage. */
async function build (t: Test, podman: Podman): Promise<void> {
  const options = ['build', '--isolation', 'chroot', '--format', 'docker', '--pull=never', '--tag', 'floodgate']
  if (isLong) {
    // The certificates of a proxy between here and the registry.
    const certificates = process.env['NODE_EXTRA_CA_CERTS']
    if (certificates !== undefined) options.push('--env', `NODE_EXTRA_CA_CERTS=${certificates}`, '--volume', `${certificates}:${certificates}:ro`)
    await podman(...options, '--network', 'host', root)
  } else {
    const context = t.testdir({ Dockerfile: lastStage() })
    const app = path.join(context, 'app')
    const command = dockerfile.match(/^RUN (?:.*\\\n)*.*/gm)!.at(-1)!.replace(/^RUN --mount\S+/, '').replace('--store-dir /pnpm', '--prefer-offline').replaceAll('\\\n', '').replaceAll(' /app', ` ${app}`)
    await promisify(execFile)('sh', ['-c', command], { cwd: root, env: environment })
    await podman(...options, context)
  }
}

interface Seen {
  root: string
  bytes: number
  processes: { pid: number, uid: string, capabilities: string, noNewPrivileges: string, seccomp: string }[]
}

/** Run in the container: whether files can be written, the size of what is installed, and what rights each process has. */
const seen = `
  let root = 'writable'
  try { fs.writeFileSync('/app/written', '') } catch ({ code }) { root = code }
  const processes = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && Number(name) !== process.pid).map((pid) => {
    const status = fs.readFileSync('/proc/' + pid + '/status', 'utf8')
    const value = (key) => new RegExp('^' + key + ':\\\\s+(\\\\S+)', 'm').exec(status)[1]
    return { pid: Number(pid), uid: value('Uid'), capabilities: value('CapBnd'), noNewPrivileges: value('NoNewPrivs'), seccomp: value('Seccomp') }
  })
  const bytes = fs.readdirSync('/app', { recursive: true, withFileTypes: true }).reduce((sum, entry) => sum + (entry.isFile() ? fs.statSync(entry.parentPath + '/' + entry.name).size : 0), 0)
  console.log(JSON.stringify({ root, bytes, processes: processes.sort((one, other) => one.pid - other.pid) }))`

function configuration (origin: string, port: number): string {
  const pass = (endpoint: string) => ({ endpoint, output_encoding: 'no-op', timeout: '60s', backend: [{ host: [origin], url_pattern: endpoint }] })
  return JSON.stringify({ version: 3, port, extra_config: { floodgate: { health: {} } }, endpoints: [pass('/orders'), pass('/held')] })
}
