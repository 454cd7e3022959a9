// What a namespace adds to a request: processor time of the gateway's process, beside the same endpoint without it, in
// interleaved rounds. Prints Markdown.
//
//     pnpm build && node test/bench/feature-costs.mjs [--rounds 9] [--burst 2000] [--only NAME]
import { fork } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Load } from './load.mjs'
import { median } from './median.mjs'

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, burst: { type: 'string', default: '2000' }, only: { type: 'string' } } })
const rounds = Number(options.rounds)
const burst = Number(options.burst)

const order = {
  type: 'object',
  required: ['owner', 'items'],
  additionalProperties: false,
  properties: {
    owner: { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 2 }, mail: { type: 'string', pattern: '^[^@]+@[^@]+$' } } },
    items: { type: 'array', minItems: 1, items: { type: 'object', required: ['id', 'name'], properties: { id: { type: 'integer', minimum: 0 }, name: { type: 'string', maxLength: 40 }, active: { type: 'boolean' }, price: { type: 'number', multipleOf: 0.01 }, tags: { type: 'array', uniqueItems: true, items: { enum: ['x', 'y'] } } } } }
  }
}
const body = JSON.stringify({ owner: { name: 'Ada', mail: 'ada@example.com' }, items: Array.from({ length: 128 }, (_, i) => ({ id: i, name: `item ${i}`, active: i % 2 === 0, price: i * 1.25, tags: ['x', 'y'] })) })
/** Of each: the request's body, and what the endpoint has beside the one that it is compared with. */
const features = {
  'validation/json-schema, 10 KB': { body, endpoint: { extra_config: { 'validation/json-schema': order } } },
  'validation/json-schema, 10 KB, what fits an empty schema': { body, endpoint: { extra_config: { 'validation/json-schema': {} } } }
}
const chosen = Object.entries(features).filter(([name]) => options.only === undefined || name.includes(options.only))

const answer = Buffer.from('{"ok":true}')
const upstream = http.createServer({ keepAliveTimeout: 3_600_000 }, (req, res) => {
  req.on('end', () => { res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer) }).resume()
})
await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve) })
const endpointOf = (endpoint, more) => ({ endpoint, method: 'POST', backend: [{ host: [`http://127.0.0.1:${upstream.address().port}`], url_pattern: '/' }], ...more })
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-costs-'))
const config = path.join(folder, 'krakend.json')
fs.writeFileSync(config, JSON.stringify({ version: 3, extra_config: { router: { disable_access_log: true } }, endpoints: [endpointOf('/without', {}), ...chosen.map(([, { endpoint }], i) => endpointOf(`/with/${i}`, endpoint))] }))
const child = fork(path.join(import.meta.dirname, 'measured-gateway.mjs'), [config], { execArgv: ['--expose-gc'], silent: true })
process.on('exit', () => {
  child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true })
})
const told = () => new Promise((resolve) => { child.once('message', resolve) })
const { address } = await told()
const port = Number(new URL(address).port)

console.log('| | without, µs | with, µs | adds, µs |\n|---|--:|--:|--:|')
for (const [i, [name, feature]] of chosen.entries()) {
  const times = { '/without': [], [`/with/${i}`]: [] }
  const loads = {}
  for (const endpoint of Object.keys(times)) {
    loads[endpoint] = new Load(endpoint, { method: 'POST', body: feature.body })
    await loads[endpoint].open(port, 16)
    await loads[endpoint].send(burst)
  }
  for (let round = 0; round < rounds; round++) {
    for (const endpoint of round % 2 === 0 ? Object.keys(times) : Object.keys(times).reverse()) {
      const before = await cpu()
      await loads[endpoint].send(burst)
      times[endpoint].push((await cpu() - before) * 1000 / burst)
    }
  }
  for (const load of Object.values(loads)) load.close()
  const [without, withIt] = Object.values(times)
  const round = (value) => Math.round(value)
  console.log(`| ${name} | ${round(median(without))} | ${round(median(withIt))} | ${round(median(withIt.map((value, at) => value - without[at])))} |`)
}
process.exit()

async function cpu () {
  child.send('cpu')
  return (await told()).cpu
}
