// In a process of its own: it measures memory.
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import net, { type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { Counter } from '@floodgate/core'
import { createClients, defaultTransport, parseHttpClientOptions } from '@floodgate/http-client'
import { createAuthority, freePort, startOrigin, writeFiles } from '@floodgate/testing'
import { createCollector } from '../../../src/opentelemetry/export/collector.ts'
import { createOtlpExporter } from '../../../src/opentelemetry/export/otlp-exporter.ts'

/** What is larger than what waits for a collector. */
const flood = 6_000
const batch = 512

interface Target {
  readonly port: number
  readonly host?: string
  readonly client?: object
}

/** An exporter for a collector, through the client that the gateway would give it. */
async function startExporter (t: Test, { port, host = '127.0.0.1', client = {} }: Target, useHttp: boolean, timeout = 300) {
  const clients = createClients({ env: {} })
  t.teardown(() => clients.close())
  const { settings, problems } = parseHttpClientOptions(client, { globalTls: null, transport: defaultTransport })
  t.same(problems, [])
  const own = { ...settings.own, http2: !useHttp && host.startsWith('https:') }
  const call = { headers: {}, timeout, gzip: false }
  const lines: string[] = []
  const waiting = new Set<() => void>()
  const write = (line: unknown): void => {
    lines.push(String(line))
    for (const wake of waiting) wake()
  }
  const drops = { traces: new Counter(), metrics: new Counter() }
  const exporter = createOtlpExporter({
    name: 'col',
    collector: await createCollector({
      settings: { name: 'col', host, port, use_http: useHttp },
      headers: {},
      calls: { traces: call, metrics: call },
      client: clients.acquire({ ...settings, own })
    }),
    log: { warn: write, info: write },
    drops,
    metrics: () => [],
    period: 60_000,
    writeSpans: (spans) => spans,
    writeMetrics: () => new Uint8Array(1)
  })
  return {
    exporter,
    lines,
    drops,
    take (count: number): void {
      for (let i = 0; i < count; i++) exporter.take(Buffer.alloc(100, 1))
    },
    async said (count: number): Promise<void> {
      while (lines.length < count) await new Promise<void>((resolve) => { waiting.add(resolve) })
    }
  }
}

/** A server that does this to each connection. */
async function startRaw (t: Test, treat: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => { sockets.delete(socket) }).resume()
    treat(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => new Promise<void>((resolve) => {
    for (const socket of sockets) socket.destroy()
    server.close(() => { resolve() })
  }))
  return (server.address() as AddressInfo).port
}

async function startGrpc (t: Test, treat: (stream: http2.ServerHttp2Stream) => void): Promise<number> {
  const server = http2.createServer()
  const sessions = new Set<http2.Http2Session>()
  server.on('session', (session) => { sessions.add(session.on('error', () => {})) })
  server.on('stream', (stream) => { treat(stream.on('error', () => {}).resume()) })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => new Promise<void>((resolve) => {
    for (const session of sessions) session.destroy()
    server.close(() => { resolve() })
  }))
  return (server.address() as AddressInfo).port
}

const answer = (status: number, headers: http.OutgoingHttpHeaders = {}, body = '') => async (t: Test): Promise<Target> => {
  const origin = await startOrigin(t, (request, response) => {
    request.resume().on('end', () => { response.writeHead(status, headers).end(body) })
  })
  return { port: Number(origin.port) }
}

const grpc = (status: number, headers: http2.OutgoingHttpHeaders, body?: Buffer) => async (t: Test): Promise<Target> => ({
  port: await startGrpc(t, (stream) => {
    stream.respond({ ':status': status, ...headers }, { endStream: body === undefined })
    if (body !== undefined) stream.end(body)
  })
})

const endless = (write: () => boolean, isOver: () => boolean): void => { while (!isOver() && write()); }

/** Collectors that accept nothing. */
const attacks: Record<string, (t: Test, useHttp: boolean) => Promise<Target>> = {
  'never answers': async (t) => ({ port: await startRaw(t, () => {}) }),
  'answers one byte at a time': async (t) => ({
    port: await startRaw(t, (socket) => {
      const text = 'HTTP/1.1 200 OK\r\nx-long: '
      let at = 0
      const timer = setInterval(() => { socket.write(text[at++] ?? 'x') }, 20)
      socket.on('close', () => { clearInterval(timer) })
    })
  }),
  'speaks another protocol': async (t) => ({ port: await startRaw(t, (socket) => { socket.write('SSH-2.0-OpenSSH_9.6\r\n') }) }),
  'resets connections': async (t) => ({ port: await startRaw(t, (socket) => { socket.resetAndDestroy() }) }),
  'closes connections': async (t) => ({ port: await startRaw(t, (socket) => { socket.end() }) }),
  'refuses connections': async () => ({ port: await freePort() }),
  'has an expired certificate': async (t) => {
    const authority = createAuthority('ca')
    const { cert, key } = authority.issue({ cn: 'localhost', days: -1 })
    const files = writeFiles(t, { 'ca.pem': authority.cert })
    const { port } = await startOrigin(t, (_, response) => { response.end() }, { cert, key })
    return { port: Number(port), host: 'https://localhost', client: { client_tls: { ca_certs: [files['ca.pem']] } } }
  },
  'has a certificate of another authority': async (t) => {
    const { cert, key } = createAuthority('other').issue({ cn: 'localhost' })
    const { port } = await startOrigin(t, (_, response) => { response.end() }, { cert, key })
    return { port: Number(port), host: 'https://localhost' }
  },
  'is behind a proxy that is away': async (_, useHttp) => ({
    port: await freePort(), host: useHttp ? '127.0.0.1' : 'https://localhost', client: { proxy_address: `http://127.0.0.1:${await freePort()}` }
  }),
  'answers with a page': async (t, useHttp) =>
    await (useHttp ? answer(200, { 'content-type': 'text/html; charset=utf-8' }, '<html>') : grpc(200, { 'content-type': 'text/html' }, Buffer.from('<html>')))(t),
  'answers 400': async (t, useHttp) => await (useHttp ? answer(400) : grpc(400, {}))(t),
  'answers 404': async (t, useHttp) => await (useHttp ? answer(404, { 'content-type': 'text/html' }, 'no') : grpc(404, {}))(t),
  'answers 302 to itself': async (t, useHttp) => await (useHttp ? answer(302, { location: '/v1/traces' }) : grpc(302, { location: '/' }))(t),
  'answers 500': async (t, useHttp) => await (useHttp ? answer(500) : grpc(500, {}))(t),
  'answers 503 and asks to wait for a day': async (t, useHttp) =>
    await (useHttp ? answer(503, { 'retry-after': '86400' }) : grpc(200, { 'grpc-status': '14', 'grpc-message': 'x'.repeat(10_000) }))(t)
}

for (const useHttp of [true, false]) {
  for (const [what, start] of Object.entries(attacks)) {
    t.test(`${useHttp ? 'HTTP' : 'gRPC'}: a collector that ${what} has one log line, one more at the end, and what it does not take is counted`, async (t) => {
      const { exporter, take, said, lines, drops } = await startExporter(t, await start(t, useHttp), useHttp)
      take(batch)
      await said(1)
      t.match(lines, [/^telemetry\/opentelemetry: the collector "col" at https?:\/\/[\w.]+:\d+ does not accept traces: /])
      t.ok(lines[0]!.length < 1_000)
      take(flood)
      t.equal(lines.length, 1, lines.join('\n'))
      await exporter.close(200)
      t.equal(lines.length, 2, lines.join('\n'))
      t.equal(drops.traces.value, batch + flood)
      t.match(lines[1], new RegExp(`the exporter "col" has ended\\. In all it dropped ${batch + flood} spans and 0 reports of metrics, because its collector did not accept data$`))
    })
  }
}

t.test('gRPC: an answer that is too long is given up', async (t) => {
  const port = await startGrpc(t, (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' })
    const write = (): void => { endless(() => stream.write(Buffer.alloc(65_536)), () => stream.destroyed) }
    stream.on('drain', write)
    write()
  })
  const { exporter, take, said, lines } = await startExporter(t, { port }, false, 60_000)
  take(batch)
  await said(1)
  t.match(lines, [/the answer of the collector is too long/])
  await exporter.close(100)
})

t.test('gRPC: after a request without an answer the next one opens a connection', async (t) => {
  const connections = new net.Server()
  const port = await startRaw(t, () => { connections.emit('opened') })
  const opened = once(connections, 'opened')
  const { exporter, take } = await startExporter(t, { port }, false)
  take(batch)
  await opened
  await once(connections, 'opened')
  t.pass('another connection')
  await exporter.close(50)
})

t.test('HTTP: an answer of 64 MiB is not read to its end, and accepts the data', async (t) => {
  let sent = 0
  const { port } = await startOrigin(t, (request, response) => {
    response.on('error', () => {})
    const write = (): void => {
      endless(() => {
        sent += 65_536
        if (sent < 64 * 1024 * 1024) return response.write(Buffer.alloc(65_536))
        response.end()
        return false
      }, () => response.destroyed)
    }
    request.resume().on('end', () => {
      response.on('drain', write)
      write()
    })
    response.on('close', () => { origin.emit('done') })
  })
  const origin = new net.Server()
  const { exporter, take, lines, drops } = await startExporter(t, { port: Number(port) }, true, 60_000)
  const done = once(origin, 'done')
  take(batch)
  await done
  await exporter.close()
  t.same(lines, [])
  t.equal(drops.traces.value, 0)
  t.ok(sent < 32 * 1024 * 1024, `${sent}`)
})

t.test('what a collector rejects of a request is told once, counted, and not sent again', async (t) => {
  const message = Buffer.from([0x0a, 0x07, 0x08, 0x03, 0x12, 0x03, 0x6f, 0x6c, 0x64])
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message])
  let requests = 0
  const http = await startOrigin(t, (request, response) => {
    requests++
    request.resume().on('end', () => { response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(message) })
  })
  const grpcPort = await startGrpc(t, (stream) => {
    requests++
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => { stream.sendTrailers({ 'grpc-status': '0' }) })
    stream.end(frame)
  })
  for (const [port, useHttp] of [[Number(http.port), true], [grpcPort, false]] as const) {
    requests = 0
    const { exporter, take, said, lines, drops } = await startExporter(t, { port }, useHttp, 60_000)
    take(batch)
    await said(1)
    take(batch)
    await exporter.close()
    t.match(lines, [/rejects a part of the traces \(3 spans\): old$/])
    t.equal(lines.length, 1)
    t.equal(drops.traces.value, 6)
    t.equal(requests, 2)
  }
})

t.test('a collector that accepts everything with a warning has one log line, and nothing is counted', async (t) => {
  const { port } = await startOrigin(t, (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{"errorMessage":"use the new endpoint"}}')
    })
  })
  const { exporter, take, said, lines, drops } = await startExporter(t, { port: Number(port) }, true, 60_000)
  take(batch)
  await said(1)
  take(batch)
  await exporter.close()
  t.match(lines, [/^telemetry\/opentelemetry: the collector "col" at \S+ accepts the traces, with a warning: use the new endpoint$/])
  t.equal(lines.length, 1)
  t.equal(drops.traces.value, 0)
})

t.test('a collector that was away gets what has waited, with one line more', async (t) => {
  let left = 2
  const bodies: number[] = []
  const server = await startOrigin(t, (request, response) => {
    let length = 0
    request.on('data', (chunk: Buffer) => { length += chunk.length })
    request.on('end', () => {
      if (left-- > 0) { response.writeHead(503).end(); return }
      bodies.push(length)
      response.end()
    })
  })
  const { exporter, take, said, lines, drops } = await startExporter(t, { port: Number(server.port) }, true, 60_000)
  take(batch)
  await said(2)
  await exporter.close()
  t.match(lines, [/does not accept traces: it answered with status 503/, /accepts data again; 0 spans and 0 reports of metrics were dropped/])
  t.same(bodies, [batch * 100])
  t.equal(drops.traces.value, 0)
})

t.test('what was dropped is told when the collector answers again, and the rest at the end', async (t) => {
  let isAway = true
  const server = await startOrigin(t, (request, response) => {
    request.resume().on('end', () => { response.writeHead(isAway ? 503 : 200).end() })
  })
  const { exporter, take, said, lines, drops } = await startExporter(t, { port: Number(server.port) }, true, 60_000)
  take(batch)
  await said(1)
  take(flood)
  const dropped = drops.traces.value
  t.ok(dropped > 0)
  isAway = false
  await said(2)
  t.match(lines[1], `accepts data again; ${dropped} spans and 0 reports of metrics were dropped meanwhile`)
  t.equal(drops.traces.value, dropped)
  isAway = true
  take(batch)
  await said(3)
  await exporter.close()
  t.equal(lines.length, 4)
  t.ok(drops.traces.value >= dropped + batch)
  t.match(lines[3], `In all it dropped ${drops.traces.value} spans and 0 reports of metrics`, 'with those that were told before')
})

t.test('what does not fit beside a slow collector is told at the end', async (t) => {
  const { exporter, take, lines, drops } = await startExporter(t, { port: await startRaw(t, () => {}) }, true, 60_000)
  take(flood)
  const before = drops.traces.value
  await exporter.close(50)
  t.match(lines, [new RegExp(`In all it dropped ${flood} spans and 0 reports of metrics, because its collector took too long, at the end for ${flood - before} spans$`)])
  t.equal(lines.length, 1)
  t.equal(drops.traces.value, flood)
})

t.test('nothing is sent after the end, for which a client would wait', async (t) => {
  let connections = 0
  const port = await startRaw(t, (socket) => {
    connections++
    socket.once('data', () => { reached.emit('request') })
  })
  const reached = new net.Server()
  const { exporter, take, said } = await startExporter(t, { port }, true, 60_000)
  const request = once(reached, 'request')
  take(2 * batch)
  await request
  await exporter.close(50)
  await said(1)
  await new Promise((resolve) => { setImmediate(resolve) })
  // A connection that had been begun would be here before this one.
  const own = net.connect(port, '127.0.0.1')
  await once(own, 'connect')
  own.write('x')
  await once(reached, 'request')
  own.destroy()
  t.equal(connections, 2)
})

t.test('memory of what waits for a collector is bounded, whatever spans hold', async (t) => {
  const { exporter, drops, said } = await startExporter(t, { port: await startRaw(t, () => {}) }, true, 60_000)
  const span = Buffer.alloc(50_000, 1)
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 20_000; i++) exporter.take(span)
  const grown = process.memoryUsage().arrayBuffers - before
  t.ok(grown < 64 * 1024 * 1024, `${grown} bytes`)
  t.ok(drops.traces.value > 19_000)
  await exporter.close(50)
  await said(1)
})
