import { once } from 'node:events'
import https from 'node:https'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import tls from 'node:tls'
import t, { type Test } from 'tap'
import { createAuthority, startOrigin, waysOfChange } from '@floodgate/testing'
import { startCommand } from '../../packages/cli/test/support/start-command.ts'
import { findProblems, readManifests } from './manifests.ts'

interface Probe { httpGet: { path: string, port: string, scheme: string }, periodSeconds: number, failureThreshold: number }
interface Mount { name: string, mountPath: string, readOnly: boolean, subPath?: string }
interface Container {
  args: string[]
  ports: { name: string, containerPort: number }[]
  startupProbe: Probe
  livenessProbe: Probe
  readinessProbe: Probe
  securityContext: object
  volumeMounts: Mount[]
}
interface Pod {
  terminationGracePeriodSeconds: number
  serviceAccountName: string
  securityContext: object
  automountServiceAccountToken: boolean
  containers: [Container]
  volumes: { name: string, configMap?: { name: string }, secret?: { secretName: string } }[]
}

const manifests = readManifests(path.resolve(import.meta.dirname, '../../examples/kubernetes'))
const find = (kind: string) => manifests.find((manifest) => manifest.kind === kind) as any
const deployment = find('Deployment')
const pod: Pod = deployment.spec.template.spec
const [container] = pod.containers
const labels = { 'app.kubernetes.io/name': 'floodgate' }
const configuration = JSON.parse(find('ConfigMap').data['krakend.json'])

t.test('manifests: fit the schemas of Kubernetes, and have no unknown key', { timeout: 120_000 }, (t) => {
  t.same(manifests.map(({ kind }) => kind).toSorted(), [
    'ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount'
  ])
  t.same(findProblems(manifests), [])
  t.match(findProblems([
    { ...deployment, spec: { ...deployment.spec, replica: 2 } },
    { ...find('PodDisruptionBudget'), spec: { minAvailable: [] } },
    { ...find('Service'), kind: 'Servise' }
  ]).join('\n'), /minAvailable must be[^]*there is no Servise in v1[^]*"replica"' does not exist/, 'what is wrong is found')
  t.end()
})

t.test('manifests: names and labels that refer to each other', (t) => {
  t.same(deployment.spec.selector.matchLabels, labels)
  t.same(deployment.spec.template.metadata.labels, labels)
  t.same(find('Service').spec.selector, labels)
  t.same(find('PodDisruptionBudget').spec.selector.matchLabels, labels)
  t.same(find('NetworkPolicy').spec.podSelector.matchLabels, labels)
  t.match(find('HorizontalPodAutoscaler').spec.scaleTargetRef, { kind: 'Deployment', name: deployment.metadata.name })
  t.equal(pod.serviceAccountName, find('ServiceAccount').metadata.name)
  t.equal(pod.automountServiceAccountToken, false)
  const ports = container.ports.map(({ name }) => name)
  for (const { port } of [container.startupProbe, container.livenessProbe, container.readinessProbe].map(({ httpGet }) => httpGet)) t.ok(ports.includes(port))
  for (const { targetPort } of find('Service').spec.ports) t.ok(ports.includes(targetPort))
  for (const { ports: open } of find('NetworkPolicy').spec.ingress) for (const { port } of open) t.ok(ports.includes(port))
  t.same(container.ports.map(({ containerPort }) => containerPort), [configuration.port, configuration.extra_config.floodgate.metrics.port])
  for (const mount of container.volumeMounts) {
    t.match(mount, { readOnly: true, subPath: undefined })
    t.ok(pod.volumes.some(({ name }) => name === mount.name), mount.name)
  }
  t.equal(pod.volumes.find(({ configMap }) => configMap)!.configMap!.name, find('ConfigMap').metadata.name)
  t.end()
})

t.test('manifests: no right that is not needed', (t) => {
  t.match(pod.securityContext, { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } })
  t.same(container.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
  t.end()
})

t.test('manifests: the pod is killed later than the gateway ends at the latest, and the probe notices within the notice', (t) => {
  const seconds = (text: string) => Number(/^(\d+)s$/.exec(text)![1])
  const notice = seconds(configuration.extra_config.floodgate.health.notice)
  // Slow clients, and what does not close: packages/gateway/src/serve/drain.ts.
  t.ok(pod.terminationGracePeriodSeconds > notice + seconds(configuration.timeout) + 5 + 4)
  t.ok(container.readinessProbe.periodSeconds * container.readinessProbe.failureThreshold < notice)
  t.end()
})

t.test('the pod: a ConfigMap and a Secret that change are in use without a restart', { timeout: 120_000 }, async (t) => {
  const { gateway, config, secret, get, shown } = await startPod(t)
  for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) t.equal((await get(probe.httpGet.path)).status, 200)
  t.match(await get('/orders/7'), { status: 200, body: '/orders/7' })
  t.equal(await shown(), 'first')
  config.change({ 'krakend.json': config.text.replace('"endpoint": "/orders/{id}"', '"endpoint": "/bills/{id}"') })
  await gateway.said(/configuration reloaded/)
  t.equal((await get('/bills/7')).body, '/orders/7')
  t.equal((await get('/orders/7')).status, 404)
  secret.change(pair('second'))
  await gateway.said(/certificates of the listener read again/)
  t.equal(await shown(), 'second')
  config.change({ 'krakend.json': '{' })
  await gateway.said(/configuration not reloaded/)
  t.equal((await get('/bills/7')).status, 200)
})

t.test('the pod: SIGTERM loses no request until the probe has taken it out of the Service, nor one that runs then', { timeout: 120_000 }, async (t) => {
  const { gateway, get } = await startPod(t)
  const statuses: number[] = []
  const unready = new AbortController()
  // What the Service sends: each request over a connection of its own, until the kubelet has seen that the pod is not ready.
  const clients = Array.from({ length: 4 }, async () => {
    while (!unready.signal.aborted) statuses.push((await get('/orders/7')).status)
    statuses.push((await get('/orders/slow')).status)
  })
  while (statuses.length < 20) await new Promise(setImmediate)
  gateway.kill('SIGTERM')
  const { httpGet, periodSeconds, failureThreshold } = container.readinessProbe
  for (let failures = 0; failures < failureThreshold;) {
    await wait(periodSeconds * 1000)
    if ((await get(httpGet.path)).status !== 200) failures++
  }
  unready.abort()
  await Promise.all(clients)
  t.same(statuses.filter((status) => status !== 200), [])
  t.same(await gateway.ended, { status: 0, signal: null })
})

const authority = createAuthority('deploy')

function pair (cn: string) {
  const { cert, key } = authority.issue({ cn })
  return { 'tls.crt': cert, 'tls.key': key }
}

/** Starts what the container runs, with its volumes at other paths, laid out as the kubelet does it, and an orders service. */
async function startPod (t: Test) {
  const orders = await startOrigin(t, (request, response) => {
    const answer = () => response.setHeader('content-type', 'application/json').end(JSON.stringify({ path: request.url }))
    if (request.url!.endsWith('/slow')) setTimeout(answer, 500)
    else answer()
  })
  const secret = waysOfChange['by a link that turns'](t, pair('first'))
  const text = find('ConfigMap').data['krakend.json']
    .replaceAll(container.volumeMounts.find(({ name }) => name === 'certificates')!.mountPath, path.dirname(secret.paths['tls.crt']))
    .replace('http://orders:8080', orders.url).replace('"port": 9091', '"port": 0').replace('"version": 3', '"version": 3, "listen_ip": "127.0.0.1"')
  const config = { text: text as string, ...waysOfChange['by a link that turns'](t, { 'krakend.json': text as string }) }
  const args = container.args.map((arg) => arg.replace(container.volumeMounts.find(({ name }) => name === 'config')!.mountPath, path.dirname(config.paths['krakend.json'])))
  const gateway = startCommand(t, [...args, '-p', '0'])
  const [, port] = await gateway.said(/listening on https:\/\/127\.0\.0\.1:(\d+)/)
  const get = async (target: string) => {
    const request = https.get({ port, host: '127.0.0.1', path: target, agent: false, ca: authority.cert })
    const [response] = await once(request, 'response')
    let body = ''
    for await (const part of response.setEncoding('utf8')) body += part
    return { status: response.statusCode as number, body: /^\{"path":"(.*)"\}$/.exec(body)?.[1] ?? body }
  }
  const shown = async () => {
    const socket = tls.connect({ port: Number(port), host: '127.0.0.1', ca: authority.cert })
    await once(socket, 'secureConnect')
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }
  return { gateway, config, secret, get, shown }
}
