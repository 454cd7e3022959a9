import t, { type Test } from 'tap'
import { checkConfig, loadConfig } from '../../../src/load-config.ts'

const own = (weights: unknown) => ({ extra_config: { 'backend/http/client': { floodgate: { weights } } } })

/** A configuration of one backend; `root` = weights there. */
const configure = (backend: object, root?: object) => ({
  version: 3,
  host: ['http://a:8080', 'http://b:8080'],
  ...root !== undefined && { extra_config: { floodgate: { weights: root } } },
  endpoints: [{ endpoint: '/a', backend: [{ url_pattern: '/', ...backend }] }]
})

async function weigh (t: Test, backend: object, root?: object) {
  const { model, problems } = await loadConfig(configure(backend, root) as never)
  return {
    weights: model.endpoints[0]!.backends[0]!.weights,
    warnings: problems.filter(({ code }) => code !== 'unknown-namespace').map(({ place, message }) => `${place.slice(place.indexOf('floodgate') + 1).join('.')}: ${message}`)
  }
}

t.test('readWeights: one for each host, by the text of the host, 1 where none is set', async (t) => {
  t.same(await weigh(t, own({ 'http://a:8080': 3 })), { weights: [3, 1], warnings: [] })
  t.same(await weigh(t, own({ 'b:8080': 0 })), { weights: [1, 0], warnings: [] }, 'a host without its scheme')
  t.same(await weigh(t, { host: ['c:80', 'https://d'], ...own({ 'http://c:80/': 2, 'https://d': 5 }) }), { weights: [2, 5], warnings: [] })
  t.same(await weigh(t, own({ 'http://a:8080': 2, 'http://b:8080': 2 })), { weights: undefined, warnings: [] }, 'all alike')
  t.same(await weigh(t, {}), { weights: undefined, warnings: [] })
})

t.test('readWeights: a host that is none of the backend\'s is an error with its place and the host that is meant', async (t) => {
  const { problems } = await checkConfig(configure(own({ 'http://a:8081': 3 })) as never)
  t.match(problems.find(({ severity }) => severity === 'error'), {
    code: 'unknown-value',
    place: ['endpoints', 0, 'backend', 0, 'extra_config', 'backend/http/client', 'floodgate', 'weights', 'http://a:8081'],
    message: /"http:\/\/a:8081" is not a host of this backend/,
    instead: /http:\/\/a:8080/
  })
})

t.test('readWeights: what has no effect', async (t) => {
  t.match((await weigh(t, { host: ['http://a'], ...own({ 'http://a': 3 }) })).warnings, [/^weights: has no effect: the backend has one host/])
  t.match((await weigh(t, own({ 'http://a:8080': 0, 'http://b:8080': 0 }))).warnings, [/every host has the weight 0/])
  t.match(await weigh(t, { sd: 'dns', host: ['_api._tcp.test'], ...own({ '_api._tcp.test': 3 }) }), { weights: undefined, warnings: [/SRV records have weights of their own/] })
})

t.test('readWeights: those of the root are for every backend with such a host; a backend\'s own replace them', async (t) => {
  const root = { 'http://a:8080': 3, 'http://c': 2 }
  const other = { endpoint: '/c', backend: [{ url_pattern: '/', host: ['http://c', 'http://d'] }] }
  const load = async (backend: object) => {
    const config = configure(backend, root)
    const { model } = await loadConfig({ ...config, endpoints: [...config.endpoints, other] } as never)
    return model.endpoints.map(({ backends }) => backends[0]!.weights)
  }
  t.same(await load({}), [[3, 1], [2, 1]])
  t.same(await load(own({ 'http://b:8080': 7 })), [[1, 7], [2, 1]])
  const { problems } = await checkConfig(configure({}, { 'http://b:808': 3 }) as never)
  t.match(problems.find(({ severity }) => severity === 'error'), { place: ['extra_config', 'floodgate', 'weights', 'http://b:808'], instead: /http:\/\/b:8080/ })
})
