// Part `decoders`: answers of growing size and unfriendly shape are read; the cost must grow as their size does.
import http from 'node:http'
import { createKeptClient } from './kept-client.mjs'
import { mutateBytes } from './mutate-bytes.mjs'
import { createOpenSockets } from './open-sockets.mjs'
import { createWorld } from './world.mjs'

const long = (count, text) => Array.from({ length: count }, (_, i) => typeof text === 'function' ? text(i) : text).join('')

/** By reading: shapes that cost more than they weigh, each made of `n` pieces. */
const shapes = {
  json: {
    keys: (n) => `{${Array.from({ length: n }, (_, i) => `"key${i}":${i}`).join(',')}}`,
    'same key': (n) => `{${Array.from({ length: n }, (_, i) => `"k":${i}`).join(',')}}`,
    deep: (n) => `{"a":${'['.repeat(n)}${']'.repeat(n)}}`,
    'deep objects': (n) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`,
    numbers: (n) => `{"a":[${Array.from({ length: n }, (_, i) => `${i}.5e${i % 300}`).join(',')}]}`,
    digits: (n) => `{"a":${'9'.repeat(n)}}`,
    escapes: (n) => `{"a":"${'\\u00e9\\n'.repeat(n)}"}`,
    surrogates: (n) => `{"a":"${'\\ud83d\\ude00\\ud800'.repeat(n)}"}`,
    unclosed: (n) => `{"a":${'['.repeat(n)}`,
    blanks: (n) => `{${' '.repeat(n)}"a"${'\n'.repeat(n)}:1}`,
    'open text': (n) => `{"a":"${'\\'.repeat(2 * n)}`
  },
  xml: {
    elements: (n) => `<r>${long(n, (i) => `<e${i}>x</e${i}>`)}</r>`,
    'same element': (n) => `<r>${long(n, '<e>x</e>')}</r>`,
    attributes: (n) => `<r ${long(n, (i) => `a${i}="x" `)}/>`,
    deep: (n) => `${'<a>'.repeat(n)}${'</a>'.repeat(n)}`,
    unclosed: (n) => '<a>'.repeat(n),
    entities: (n) => `<r>${'&amp;&#65;&lt;'.repeat(n)}</r>`,
    'own entities': (n) => `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><r>${'&b;'.repeat(n)}</r>`,
    comments: (n) => `<r>${'<!-- - -- -->'.repeat(n)}</r>`,
    'open comment': (n) => `<r><!-- ${'-'.repeat(n)}`,
    cdata: (n) => `<r>${'<![CDATA[x]]>'.repeat(n)}</r>`,
    brackets: (n) => '<'.repeat(n),
    blanks: (n) => `<r ${' '.repeat(n)}a${' '.repeat(n)}=${' '.repeat(n)}"x"/>`,
    mixed: (n) => `<r>${'x<b/>'.repeat(n)}</r>`,
    namespaces: (n) => `<r ${long(n, (i) => `xmlns:n${i}="u${i}" `)}>${'<n1:a/>'.repeat(n)}</r>`
  },
  rss: {
    items: (n) => `<rss version="2.0"><channel><title>t</title>${'<item><title>x</title><link>y</link></item>'.repeat(n)}</channel></rss>`,
    dates: (n) => `<rss version="2.0"><channel><title>t</title>${'<item><pubDate>Mon, 02 Jan 2006 15:04:05 MST</pubDate></item>'.repeat(n)}</channel></rss>`,
    categories: (n) => `<rss version="2.0"><channel><item>${'<category>x</category>'.repeat(n)}</item></channel></rss>`,
    extensions: (n) => `<rss version="2.0" xmlns:m="u"><channel><item>${long(n, (i) => `<m:e${i} a="b">x</m:e${i}>`)}</item></channel></rss>`,
    atom: (n) => `<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>${'<entry><title>x</title><link href="y"/><updated>2020-01-01T00:00:00Z</updated></entry>'.repeat(n)}</feed>`
  },
  yaml: {
    keys: (n) => long(n, (i) => `key${i}: ${i}\n`),
    'same key': (n) => 'k: 1\n'.repeat(n),
    list: (n) => '- x\n'.repeat(n),
    'flow list': (n) => `a: [${'x, '.repeat(n)}x]`,
    'flow keys': (n) => `a: {${long(n, (i) => `k${i}: 1, `)}}`,
    deep: (n) => `a: ${'['.repeat(Math.min(n, 20_000))}${']'.repeat(Math.min(n, 20_000))}`,
    indents: (n) => long(Math.min(n, 800), (i) => `${' '.repeat(i)}a:\n`),
    anchors: (n) => `${long(n, (i) => `a${i}: &a${i} x\n`)}`,
    aliases: (n) => `a: &a x\nb: [${'*a, '.repeat(n)}*a]`,
    'aliases of aliases': (n) => `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${long(Math.min(12, n), (i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]\n`)}`,
    merges: (n) => `a: &a {x: 1}\nb:\n${'  <<: *a\n'.repeat(n)}`,
    block: (n) => `a: |\n${'  x\n'.repeat(n)}`,
    quoted: (n) => `a: "${'\\x41'.repeat(n)}"`,
    comments: (n) => `a: 1\n${'# x\n'.repeat(n)}`,
    documents: (n) => '---\na: 1\n'.repeat(n),
    tags: (n) => `a: [${'!!str x, '.repeat(n)}x]`,
    'open quote': (n) => `a: "${'x\n'.repeat(n)}`,
    'question marks': (n) => '? '.repeat(Math.min(n, 5000)),
    folded: (n) => `a:\n${'  x y z\n'.repeat(n)}`
  }
}

const names = Object.entries(shapes).flatMap(([reading, made]) => Object.keys(made).map((shape) => ({ reading, shape })))
/** A shape of n and of 4n pieces: how much more processor time the second may take, and the least that is told from noise, in ms. */
const RATIO = 9
const NOISE = 60
/** No answer takes more processor time than this, in ms. */
const MOST = 1500

/**
 * Each shape in turn, grown or damaged. Cases that are whole multiples of the number of shapes measure: they run alone, with
 * 2,000 and 8,000 pieces.
 */
export const decoders = {
  name: 'decoders',
  make (random, number) {
    const { reading, shape } = names[number % names.length]
    const round = Math.floor(number / names.length)
    const grown = round % 4 === 0
    const pieces = grown ? [2000, 8000, 24_000][Math.floor(round / 4) % 3] : random.of([1, 10, 200, 1000])
    const damages = grown ? 0 : random.of([0, 1, 5])
    return { number, reading, shape, pieces, grown, bytes: grown ? null : mutateBytes(random, Buffer.from(shapes[reading][shape](pieces)), damages) }
  },
  show: ({ reading, shape, pieces, grown, bytes }) => ({ reading, shape, pieces, grown, ...bytes !== null && bytes.length < 5000 && { bytes: bytes.toString('latin1') } }),
  async run ({ reading, shape, pieces, grown, bytes }, world) {
    const problems = []
    const ask = async (body) => {
      world.body = body
      const before = world.gateways[0].processorTime()
      const { answer, late, problem } = await world.client.ask(`GET /${reading} HTTP/1.1\r\nHost: a.test\r\n\r\n`)
      const cost = world.gateways[0].processorTime() - before
      if (!world.alive()) return 0
      if (late) problems.push('no answer within 30 s')
      else if (problem !== null || answer === undefined || !answer.complete) problems.push(`no whole answer: ${problem}`)
      else if (answer.status !== 200 && answer.status !== 500) problems.push(`status ${answer.status}`)
      if (cost > MOST) problems.push(`${shape} of ${body.length} bytes: ${cost.toFixed(0)} ms of processor time`)
      return cost
    }
    if (!grown) {
      await ask(bytes)
      return { requests: 1, answers: 1, problems }
    }
    const small = Buffer.from(shapes[reading][shape](pieces))
    const large = Buffer.from(shapes[reading][shape](pieces * 4))
    const least = async (body) => Math.min(await ask(body), await ask(body))
    const [first, second] = [await least(small), await least(large)]
    if (second > NOISE && second / Math.max(first, 1) > RATIO) problems.push(`${shape}: ${small.length} bytes take ${first.toFixed(1)} ms, ${large.length} bytes ${second.toFixed(1)} ms`)
    return { requests: 4, answers: 4, problems }
  }
}

/** The world of this part. */
export async function decoderWorld ({ mode, onFault }) {
  let world = null
  const types = { json: 'application/json', xml: 'application/xml', rss: 'application/rss+xml', yaml: 'application/yaml' }
  const sockets = createOpenSockets()
  const server = http.createServer((request, response) => { response.writeHead(200, { 'content-type': types[request.url.slice(1)] }).end(world.body) })
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => { sockets.add(socket, 'upstream') })
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const upstream = { running: new Map(), sockets, close () { server.close(); server.closeAllConnections() } }
  world = await createWorld({
    mode,
    onFault,
    upstream,
    configOf: ({ port }) => ({
      version: 3,
      port,
      listen_ip: '127.0.0.1',
      timeout: '60s',
      idle_connection_timeout: '1s',
      extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'CRITICAL', stdout: true } },
      endpoints: Object.keys(shapes).map((reading) => ({ endpoint: `/${reading}`, backend: [{ host: [`http://127.0.0.1:${server.address().port}`], url_pattern: `/${reading}`, encoding: reading }] }))
    })
  })
  world.client = createKeptClient({ port: () => world.port, bound: 30_000 })
  const { close } = world
  world.close = async () => {
    world.client.close()
    return close()
  }
  return world
}
