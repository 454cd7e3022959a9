import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { isLong } from '@floodgate/testing'

// The scripts that measure, at a smaller scale and with wide margins; `node test/bench/NAME.mjs` gives the figures.

const limit = { timeout: 600_000 }
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_)/i.test(name)))

/** Runs a script against the built gateway, and gives what it measured. */
async function measure (script: string, ...args: number[]): Promise<any> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'bench', script), ...args.map(String), '--json'], { env: environment })
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!)
}

t.test('endpoints: one more costs less than 60 KB', limit, async (t) => {
  const { heapKb, rssKb } = await measure('scale-endpoints.mjs', 1000, 0)
  t.ok(heapKb < 30, `heap: ${heapKb} KB`)
  t.ok(rssKb < 90, `RSS: ${rssKb} KB`)
})

t.test('client settings: one more with TLS costs less than 300 KB, and its handshakes are resumed', limit, async (t) => {
  const { rssKb, again } = await measure('scale-clients.mjs', 80)
  t.ok(rssKb < 450, `RSS: ${rssKb} KB`)
  t.equal(again.no, 0, 'full handshakes after the first')
  t.equal(again.yes, 160, 'resumed ones')
})

t.test('client connections: an idle one costs no more than 15 KB beyond what Node takes', limit, async (t) => {
  const { ours, own } = await measure('idle-connections.mjs', 2000)
  t.ok(ours.heapUsed - own.heapUsed < 5, `heap: ${ours.heapUsed} KB, Node's own ${own.heapUsed}`)
  t.ok(ours.rss - own.rss < 20, `RSS: ${ours.rss} KB, Node's own ${own.rss}`)
})

t.test('memory: one process stays small after work of every kind', limit, async (t) => {
  const { rss, heapUsed } = await measure('memory.mjs', 0.1)
  t.ok(heapUsed < 60 << 20, `heap: ${heapUsed >> 20} MB`)
  t.ok(rss < 240 << 20, `RSS: ${rss >> 20} MB`)
})

t.test('memory: a large body passes without staying in memory', { timeout: 1_200_000 }, async (t) => {
  for (const { what, more } of await measure('transfers.mjs', isLong ? 1024 : 128) as { what: string, more: number }[]) {
    t.ok(more < 48 << 20, `${what}: ${more >> 20} MiB more`)
  }
})

t.test('start: of a namespace that is not configured nothing but its schema is loaded', limit, async (t) => {
  const folder = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, listen_ip: '127.0.0.1', endpoints: [{ endpoint: '/a', backend: [{ host: ['http://127.0.0.1:9999'], url_pattern: '/' }] }] }) })
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'bench/count-modules.mjs'), path.join(folder, 'krakend.json')], { env: environment })
  const modules = JSON.parse(stdout.split('\n').find((line) => line.startsWith('['))!) as string[]
  t.ok(modules.some((url) => url.endsWith('/modifiers/dist/shared/index.js')), 'they are counted')
  t.same(modules.filter((url) => /\/packages\/(?:auth|backends|lua|modifiers|security|traffic|validation)\/dist\/(?:.*\/)?features?\.js$/.test(url)), [])
  t.same(modules.filter((url) => /\/packages\/(?:cel|go-template)\/dist\//.test(url)), [])
  t.same(modules.filter((url) => /\/packages\/lua\/dist\/(?!index\.js|shared\/index\.js)/.test(url)), [])
  t.same(modules.filter((url) => /\/node_modules\/(?:@marcbachmann\/cel-js|acorn|ajv-draft-04|iovalkey|jose|re2js|smol-toml|undici|yaml)\//.test(url)), [])
})
