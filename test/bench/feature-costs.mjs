// What a namespace adds to a request: processor time of the gateway's process, beside the same endpoint without it, in
// interleaved rounds. Then what it adds to a start: the modules that are loaded for it. Prints Markdown. About two minutes.
//
//     pnpm build && node test/bench/feature-costs.mjs [--rounds 15] [--burst 1500] [--only NAME]
import { execFileSync, fork } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { allFeatures } from '@floodgate/gateway/load'
import { Load } from './load.mjs'
import { median } from './median.mjs'

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, burst: { type: 'string', default: '1500' }, only: { type: 'string' } } })
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
const large = JSON.stringify({ owner: { name: 'Ada', mail: 'ada@example.com' }, items: Array.from({ length: 128 }, (_, i) => ({ id: i, name: `item ${i}`, active: i % 2 === 0, price: i * 1.25, tags: ['x', 'y'] })) })
const small = '{"name":"Ada"}'
const template = `{"method":{{ toJson .req_method }},"name":{{ toJson .req_body.name }},"lines":[${Array.from({ length: 16 }, (_, i) => `{"line":${i},"text":"a line of a template, number ${i}"}`).join(',')}]}`
const script = 'export default { response (response) { response.data.ok = false } }'
const lua = "local d = response.load():data(); d:set('ok', false)"

/** Of each: the request's body, and what the endpoint or its backend has beside the one that it is compared with. */
const features = [
  { name: 'validation/json-schema', what: '128 objects in 9.3 KB, all of them checked', body: large, endpoint: order },
  { name: 'validation/json-schema', what: 'the same body, schema `{}`', body: large, endpoint: {} },
  { name: 'modifier/martian', what: 'sets a header of the request', backend: { 'header.Modifier': { scope: ['request'], name: 'X-Key', value: 'v' } } },
  { name: 'modifier/request-body-generator', what: 'a template writes 1 KB with two values of the request', endpoint: { template: Buffer.from(template).toString('base64') } },
  { name: 'modifier/jmespath', what: 'an object with two values of a response of 9.3 KB', upstream: '/large', endpoint: { expr: '{first: items[0].name, owner: owner.name}' } },
  { name: 'validation/cel', what: 'compares a parameter', endpoint: [{ check_expr: "req_params.Id == 'x'" }] },
  { name: 'modifier/lua-proxy', what: 'changes one field of a small response', endpoint: { post: lua } },
  { name: 'modifier/lua-backend', what: 'changes one field of a small response', backend: { post: lua } },
  { name: 'floodgate.script', what: 'changes one field of a small response', endpoint: { module: './script.mjs' } }
]
const implemented = new Set(allFeatures().map(({ namespace }) => namespace))
const chosen = features.filter(({ name }) => (options.only === undefined || name.includes(options.only)) && implemented.has(name))

const answers = { '/': Buffer.from('{"ok":true,"id":7,"name":"Ada"}'), '/large': Buffer.from(large) }
const upstream = http.createServer({ keepAliveTimeout: 3_600_000 }, (req, res) => {
  const answer = answers[req.url]
  req.on('end', () => { res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer) }).resume()
})
await new Promise((resolve) => { upstream.listen(0, '127.0.0.1', resolve) })
const host = [`http://127.0.0.1:${upstream.address().port}`]
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-costs-'))
fs.writeFileSync(path.join(folder, 'script.mjs'), script)

function endpointOf (path, { name, endpoint, backend, upstream = '/' }, withIt) {
  const extra = (settings) => withIt && settings !== undefined ? { extra_config: { [name]: settings } } : {}
  return { endpoint: `${path}/{id}`, method: 'POST', ...extra(endpoint), backend: [{ host, url_pattern: upstream, method: 'POST', ...extra(backend) }] }
}

function write (name, endpoints) {
  const file = path.join(folder, name)
  fs.writeFileSync(file, JSON.stringify({ version: 3, listen_ip: '127.0.0.1', extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'CRITICAL' } }, endpoints }))
  return file
}

const config = write('krakend.json', chosen.flatMap((feature, i) => [endpointOf(`/without/${i}`, feature, false), endpointOf(`/with/${i}`, feature, true)]))
const child = fork(path.join(import.meta.dirname, 'measured-gateway.mjs'), [config], { execArgv: ['--expose-gc'], silent: true })
let failure = ''
child.stderr.on('data', (text) => { failure += text })
process.on('exit', () => {
  child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true })
})
const ended = new Promise((_resolve, reject) => { child.once('exit', () => { reject(new Error(failure)) }) })
ended.catch(() => {})
const told = () => Promise.race([new Promise((resolve) => { child.once('message', resolve) }), ended])
const { address } = await told()
const port = Number(new URL(address).port)

console.log('| | | without, µs | with, µs | adds, µs |\n|---|---|--:|--:|--:|')
const pairs = []
for (const [i, feature] of chosen.entries()) {
  const loads = []
  for (const way of ['without', 'with']) {
    const load = new Load(`/${way}/${i}/x`, { method: 'POST', body: feature.body ?? small })
    await load.open(port, 16)
    loads.push({ load, times: [] })
  }
  pairs.push({ feature, loads })
}
// All of them take turns, so that what else the machine does meets each alike. The first turn warms up.
for (let round = -1; round < rounds; round++) {
  for (const { loads } of pairs) {
    for (const { load, times } of round % 2 === 0 ? loads : loads.toReversed()) {
      const before = await cpu()
      await load.send(burst)
      if (round >= 0) times.push((await cpu() - before) * 1000 / burst)
    }
  }
}
for (const { feature: { name, what }, loads } of pairs) {
  const [without, withIt] = loads.map(({ times }) => times)
  const whole = (value) => Math.round(value)
  console.log(`| \`${name}\` | ${what} | ${whole(median(without))} | ${whole(median(withIt))} | ${whole(median(withIt.map((value, at) => value - without[at])))} |`)
  for (const { load } of loads) load.close()
}

console.log('\n| configuration | modules loaded | of them Floodgate\'s |\n|---|--:|--:|')
const none = modulesOf('none', [endpointOf('/a', { name: '' }, false)])
console.log(`| one endpoint | ${none.length} | ${none.filter(isOurs).length} |`)
for (const name of new Set(chosen.map(({ name }) => name))) {
  const all = modulesOf('one', [endpointOf('/a', chosen.find((feature) => feature.name === name), true)])
  const more = all.filter((url) => !none.includes(url))
  console.log(`| with \`${name}\` | + ${more.length} | + ${more.filter(isOurs).length} |`)
}
process.exit()

async function cpu () {
  child.send('cpu')
  return (await told()).cpu
}

/** What a gateway loads for a configuration. */
function modulesOf (name, endpoints) {
  return JSON.parse(execFileSync(process.execPath, [path.join(import.meta.dirname, 'count-modules.mjs'), write(`${name}.json`, endpoints)], { stdio: ['ignore', 'pipe', 'ignore'] }))
}

function isOurs (url) {
  return /\/packages\/[a-z-]+\/dist\//.test(url)
}
