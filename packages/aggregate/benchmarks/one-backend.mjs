// One backend's 10 KB answer from bytes to bytes: node packages/aggregate/benchmarks/one-backend.mjs (after pnpm build)
import { createBackendStep, createRender } from '@floodgate/aggregate'
import { answering, backend, createAnswer, measure, request } from './measure.mjs'

const body = createAnswer()
const risky = Buffer.from(body.toString().replaceAll('.25,', '.250,'))
const render = createRender('json')
const served = (settings, bytes = body) => {
  const step = createBackendStep({ ...backend, ...settings }, answering(bytes))
  return async () => { render(await step(request), request) }
}

await measure(`one backend, ${body.length} bytes`, {
  'parse + stringify': async () => Buffer.from(JSON.stringify(JSON.parse(body.toString()))),
  unshaped: served({}),
  'in a group': served({ group: 'g' }),
  'allow + mapping, little stays': served({ allow: ['items_page', 'items_total'], mapping: { items_total: 'total' } }),
  'allow + mapping, all stays': served({ allow: ['items', 'items_total', 'items_page'], mapping: { items_total: 'total' } }),
  'deny of one field': served({ deny: ['items_total'] }),
  target: served({ target: 'items_page' }),
  'deep allow, little stays': served({ allow: ['items_page.size', 'items_total'] }),
  'deep deny': served({ deny: ['items_page.size'] }),
  'the same, a number in 8 has digits to keep': served({ deny: ['items_page.size'] }, risky),
  'flatmap: del in every element': served({ extra: { proxy: { flatmap_filter: [{ type: 'del', args: ['items.*.email'] }] } } })
})
