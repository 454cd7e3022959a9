import { test } from 'tap'
import type { Service } from '@floodgate/core'
import { statsNamespace } from '../../src/stats/options.ts'
import { backendName, pipeName, readWantedStats } from '../../src/stats/wanted-stats.ts'

const model = (settings: object | undefined) => ({
  extra: settings === undefined ? {} : { [statsNamespace]: settings },
  endpoints: [{ path: '/a/{id}.size', backends: [{ urlPattern: '/b/{id}.complete.true?key=geheim' }] }]
}) as unknown as Service

const router = 'krakend.router.response./a/:id.size'
const pipe = 'layer.pipe.name./a/:id.size.complete.false.error.true'
const backend = 'layer.backend.name./b/{{.Id}}.complete.true.complete.true.error.false'

test('wanted stats: what a configuration has, in the layers that are on', async (t) => {
  t.equal(pipeName({ path: '/a/{id}' }), 'pipe.name./a/:id')
  t.equal(backendName({ urlPattern: '/b/{id}?key=geheim' }), 'backend.name./b/{{.Id}}')
  const names = [
    `${router}.status`, `${router}.status.200.count`, `${router}.size`, `${router}.time`, `krakend.proxy.requests.${pipe}`, `krakend.proxy.latency.${pipe}`,
    `krakend.proxy.requests.${backend}`, 'krakend.router.connected', 'krakend.service.runtime.MemStats.Alloc'
  ]
  const wanted = (settings: object | undefined) => names.filter(readWantedStats(model(settings)))
  t.same(wanted({}), names)
  t.same(wanted({ router_disabled: true }), names.slice(4).filter((name) => !name.includes('router')))
  t.same(wanted({ proxy_disabled: true }), names.filter((name) => !name.includes('pipe')))
  t.same(wanted({ backend_disabled: true }), names.filter((name) => !name.includes('backend')))
  t.same(wanted(undefined), [])
  const isWanted = readWantedStats(model({}))
  for (const name of ['krakend.router.response./a/:id.size.x.size', 'krakend.router.response./a/:id.time', 'krakend.proxy.requests.layer.pipe.name./b.complete.true.error.true']) {
    t.equal(isWanted(name), false, name)
  }
})
