// Three 10 KB answers merged, from bytes to bytes: node packages/aggregate/benchmarks/merge.mjs (after pnpm build)
import { createBackendStep, createMerge, createRender } from '@floodgate/aggregate'
import { Call, CoreRequest } from '@floodgate/core'
import { answering, backend, createAnswer, measure } from './measure.mjs'

const render = createRender('json')
const merged = (bodies, settings = () => ({})) => {
  const step = createMerge({ timeout: 2000 }, bodies.map((body, i) => createBackendStep({ ...backend, ...settings(i) }, answering(body))))
  return async () => {
    const request = new CoreRequest({ headers: {} }, new Call(2000), 'GET', {}, {}, null, null)
    render(await step(request), request)
    request.call.finish()
  }
}
const apart = ['a', 'b', 'c'].map(createAnswer)
const same = ['a', 'a', 'a'].map(createAnswer)

await measure(`three backends, ${apart.reduce((sum, body) => sum + body.length, 0)} bytes`, {
  'parse + assign + stringify': async () => Buffer.from(JSON.stringify(Object.assign({}, ...await Promise.all(apart.map(async (body) => JSON.parse(body.toString())))))),
  'unshaped, no key twice': merged(apart),
  'unshaped, all keys three times': merged(same),
  'in groups': merged(same, (i) => ({ group: `g${i}` })),
  'each with allow': merged(same, (i) => ({ allow: ['a_total'], group: `g${i}` }))
}, { calls: 100 })
