// An upper bound, and no gateway: Fastify for the route, its reply hijacked, and sockets that write one fixed request and read
// answers of a known length, whatever comes. No checks, no errors, no deadline. Arguments: its port, the upstream's address.
import net from 'node:net'
import Fastify from 'fastify'

const [port, upstream] = process.argv.slice(2)
const { hostname: host, port: upstreamPort } = new URL(upstream)
const blockSize = 256 * 1024
const shared = Buffer.allocUnsafeSlow(64 * 1024)
const blocks = []
const idle = []

class Connection {
  #socket
  #response = null
  #missing = 0
  #block = null

  constructor () {
    this.#socket = net.connect({ host, port: upstreamPort, noDelay: true, onread: { buffer: () => this.#buffer(), callback: (length) => this.#read(length) } })
  }

  send (path, { headers }, response) {
    this.#response = response
    this.#socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-for: ${response.socket.remoteAddress}\r\nx-forwarded-host: ${headers.host}\r\nuser-agent: bare\r\n\r\n`, 'latin1')
  }

  #buffer () {
    if (this.#missing < shared.length) return shared
    this.#block ??= blocks.pop() ?? Buffer.allocUnsafeSlow(blockSize)
    return this.#block
  }

  #read (length) {
    if (this.#missing === 0) return this.#readHead(length)
    const block = this.#block
    if (block === null) return this.#write(Buffer.from(shared.subarray(0, length)))
    this.#block = null
    return this.#write(block.subarray(0, length), block)
  }

  #readHead (length) {
    const head = shared.latin1Slice(0, length)
    const end = head.indexOf('\r\n\r\n')
    const [status, ...lines] = head.slice(0, end).split('\r\n')
    const fields = []
    for (const line of lines) {
      const colon = line.indexOf(':')
      const name = line.slice(0, colon).toLowerCase()
      const value = line.slice(colon + 1).trim()
      if (name === 'content-length') this.#missing = Number(value)
      if (name !== 'connection' && name !== 'keep-alive') fields.push(name, value)
    }
    this.#response.writeHead(Number(status.slice(9, 12)), fields)
    return this.#write(Buffer.from(shared.subarray(end + 4, length)))
  }

  #write (chunk, block = null) {
    this.#missing -= chunk.length
    const response = this.#response
    const giveBack = block === null ? undefined : () => { blocks.push(block) }
    if (this.#missing > 0) {
      const goesOn = response.write(chunk, giveBack)
      if (!goesOn) response.once('drain', () => { this.#socket.resume() })
      return goesOn
    }
    response.end(chunk, giveBack)
    this.#response = null
    idle.push(this)
    return true
  }
}

const app = Fastify({ keepAliveTimeout: 3_600_000 })
app.get('/*', (request, reply) => {
  reply.hijack()
  const connection = idle.pop() ?? new Connection()
  connection.send(request.url, request, reply.raw)
})
await app.listen({ port: Number(port), host: '127.0.0.1' })
