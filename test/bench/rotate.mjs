// Rotations of CA, client certificate and both under load: failed requests, and how long until the server saw what is
// new. Run: pnpm build && node test/bench/rotate.mjs [requests per second] [rounds]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import https from 'node:https'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClients, defaultTransport } from '@floodgate/http-client'
import { createAuthority } from '@floodgate/testing'

const self = fileURLToPath(import.meta.url)
if (process.argv[2] === 'serve') serve()
else await load(...process.argv.slice(2).map(Number))

/** A server that answers with the name in the client's certificate. */
function serve () {
  const server = https.createServer({ requestCert: true, rejectUnauthorized: true }, (request, response) => {
    response.end(request.socket.getPeerCertificate().subject.CN)
  })
  // Whoever asked may have been killed.
  process.once('disconnect', () => { process.exit() })
  process.on('message', (context) => {
    server.setSecureContext(context)
    if (server.listening) process.send('turned')
    else server.listen(0, '127.0.0.1', () => { process.send(server.address().port) })
  })
}

async function load (rate = 200, rounds = 4) {
  const authorities = ['old CA', 'new CA'].map(createAuthority)
  const clientCa = createAuthority('client CA')
  const contexts = new Map(authorities.map((authority) => [authority, { ...authority.issue({ cn: 'server' }), ca: clientCa.cert }]))
  const server = fork(self, ['serve'])
  server.send(contexts.get(authorities[0]))
  const [port] = await once(server, 'message')

  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-rotate-'))
  const paths = Object.fromEntries(['ca.pem', 'client.pem', 'client.key'].map((name) => [name, path.join(folder, name)]))
  const ways = ['in place', 'by rename', 'by ..data']
  let version = 0
  const initial = { 'ca.pem': authorities[0].cert, ...issue(clientCa, 'initial') }
  for (const name of Object.keys(initial)) fs.writeFileSync(paths[name], initial[name])
  const clients = createClients({ env: {}, watch: true, log: console })
  const { dispatcher } = clients.acquire({
    tls: { allowInsecureConnections: false, caCerts: [paths['ca.pem']], disableSystemCaPool: true, clientCerts: [{ certificate: paths['client.pem'], privateKey: paths['client.key'] }], minVersion: 'TLS13', maxVersion: 'TLS13', cipherSuites: [], curvePreferences: [] },
    followRedirects: true,
    sendBodyOnRedirect: false,
    proxy: null,
    transport: defaultTransport
  })

  const counts = { sent: 0, answered: 0, failed: 0 }
  const latencies = []
  /** When each name came first, and when one came last that was not due any more. */
  const firstSeen = new Map()
  let lastOther = 0
  let due = 'initial'
  ask()
  while (counts.answered + counts.failed === 0) await sleep(5)
  latencies.length = 0
  counts.sent = 1
  const begin = performance.now()
  const timer = setInterval(() => {
    for (const wanted = (performance.now() - begin) * rate / 1000; counts.sent < wanted; counts.sent++) ask()
  }, 2)

  function ask () {
    const sent = performance.now()
    let body = ''
    const fail = (error) => { if (counts.failed++ < 3) console.error(error) }
    dispatcher.dispatch({ origin: `https://127.0.0.1:${port}`, path: '/', method: 'GET', timeout: 10_000 }, {
      onConnect () {},
      onHeaders: (status) => status === 200 || fail(status),
      onData (chunk) { body += chunk; return true },
      onComplete () {
        const now = performance.now()
        counts.answered++
        latencies.push(now - sent)
        if (!firstSeen.has(body)) firstSeen.set(body, now)
        if (body !== due) lastOther = now
      },
      onError: fail
    })
  }

  /** Writes files in one of the ways, and waits until the server sees the client certificate of this name. */
  async function rotate (what, way, files) {
    change(way, files)
    due = what
    const changed = performance.now()
    while (!firstSeen.has(what) && performance.now() - changed < 10_000) await sleep(5)
    await sleep(1000)
    return { way: ways[way], first: firstSeen.get(what) - changed, all: lastOther - changed }
  }

  function change (way, files) {
    for (const [name, text] of Object.entries(files)) {
      if (way === 0) fs.writeFileSync(paths[name], text)
      if (way === 1) { fs.writeFileSync(`${paths[name]}.new`, text); fs.renameSync(`${paths[name]}.new`, paths[name]) }
    }
    if (way < 2) return
    const next = path.join(folder, `..v${++version}`)
    fs.mkdirSync(next)
    for (const name of Object.keys(paths)) fs.writeFileSync(path.join(next, name), files[name] ?? fs.readFileSync(paths[name]))
    fs.symlinkSync(next, path.join(folder, '..tmp'))
    fs.renameSync(path.join(folder, '..tmp'), path.join(folder, '..data'))
    for (const name of Object.keys(paths)) {
      if (fs.lstatSync(paths[name]).isSymbolicLink()) continue
      fs.symlinkSync(path.join('..data', name), `${paths[name]}.link`)
      fs.renameSync(`${paths[name]}.link`, paths[name])
    }
  }

  await sleep(2000)
  const results = []
  // The last way turns the files into links for good.
  for (const way of [0, 1, 2]) {
    for (let round = 0; round < rounds; round++) {
      const [now, next] = round % 2 === 0 ? authorities : authorities.toReversed()
      const name = (what) => `${what} ${way}.${round}`
      results.push(['client certificate', await rotate(name('client'), way, issue(clientCa, name('client')))])
      results.push(['CA', await rotate(name('CA'), way, { 'ca.pem': now.cert + next.cert, ...issue(clientCa, name('CA')) })])
      server.send(contexts.get(next))
      await once(server, 'message')
      results.push(['both', await rotate(name('both'), way, { 'ca.pem': next.cert, ...issue(clientCa, name('both')) })])
    }
    if (rounds % 2 === 1) authorities.reverse()
  }
  clearInterval(timer)
  const seconds = (performance.now() - begin) / 1000
  while (counts.answered + counts.failed < counts.sent) await sleep(20)
  await clients.close()
  server.kill()
  fs.rmSync(folder, { recursive: true })

  latencies.sort((a, b) => a - b)
  const slowest = (of) => Math.max(...results.map(([, result]) => result[of])).toFixed(0)
  const at = (share) => latencies[Math.floor(latencies.length * share)].toFixed(1)
  console.log(`${(counts.sent / seconds).toFixed(0)} requests/s for ${seconds.toFixed(0)} s, ${results.length} rotations: ${counts.failed} of ${counts.sent} failed`)
  console.log(`new certificate first seen after at most ${slowest('first')} ms, the old one last after ${slowest('all')} ms`)
  console.log(`latency: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${latencies.at(-1).toFixed(0)} ms`)
  process.exitCode = counts.failed > 0 || results.some(([, { first }]) => !(first < 2000)) ? 1 : 0
}

function issue (authority, cn) {
  const { cert, key } = authority.issue({ cn })
  return { 'client.pem': cert, 'client.key': key }
}
