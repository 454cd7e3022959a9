import net from 'node:net'

/**
 * Connections that ask for one thing again and again, each as soon as it has its answer. A connection that fails or
 * ends before {@link Load#close} fails what is under way, and everything after it.
 */
export class Load {
  #sockets = []
  #request
  #toSend = 0
  #missing = 0
  #done
  #failure = null
  /** Where the times of answers go, and when each connection's request was sent. */
  #times = null
  #started = new Map()
  #isClosed = false

  constructor (path, { method = 'GET', body = '' } = {}) {
    const length = method === 'GET' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`
    this.#request = Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${length}\r\n${body}`)
  }

  async open (port, connections) {
    await Promise.all(Array.from({ length: connections }, () => new Promise((resolve, reject) => {
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }, resolve)
      const read = answers(() => { this.#answered(socket) })
      socket.on('data', (chunk) => { try { read(chunk) } catch (err) { this.#fail(err) } })
      socket.on('error', (err) => { reject(err); this.#fail(err) })
      socket.on('close', () => { this.#fail(new Error(`port ${port} ended a connection`)) })
      this.#sockets.push(socket)
    })))
  }

  /** Resolves when so many answers have come. */
  send (requests) {
    this.#toSend = this.#missing = requests
    return new Promise((resolve, reject) => {
      this.#begin(resolve, reject)
      for (const socket of this.#sockets) this.#next(socket)
    })
  }

  /** The same, and tells how long each took, in ms, from short to long. */
  async sendTimed (requests) {
    const times = this.#times = []
    await this.send(requests)
    this.#times = null
    return times.sort((a, b) => a - b)
  }

  /** Sends so many requests per second over free connections, and tells how long each took from when it was due, in ms. */
  async sendAtRate (rate, seconds) {
    const total = rate * seconds
    const begin = performance.now()
    const free = [...this.#sockets]
    const due = []
    const times = []
    const started = new Map()
    await new Promise((resolve, reject) => {
      const give = (socket, at) => { started.set(socket, at); socket.write(this.#request) }
      this.#begin(resolve, reject)
      this.#answered = (socket) => {
        times.push(performance.now() - started.get(socket))
        if (times.length === total) resolve()
        else if (due.length > 0) give(socket, due.shift())
        else free.push(socket)
      }
      let sent = 0
      const tick = () => {
        const upTo = Math.min(total, Math.floor((performance.now() - begin) * rate / 1000))
        for (; sent < upTo; sent++) {
          const at = begin + sent * 1000 / rate
          if (free.length > 0) give(free.pop(), at)
          else due.push(at)
        }
        if (sent < total) setTimeout(tick, 1)
      }
      tick()
    })
    return times.sort((a, b) => a - b)
  }

  close () {
    this.#isClosed = true
    for (const socket of this.#sockets) socket.destroy()
  }

  #begin (resolve, reject) {
    this.#done = { resolve, reject }
    if (this.#failure !== null) reject(this.#failure)
  }

  #fail (err) {
    if (this.#isClosed) return
    this.#failure ??= err
    this.#done?.reject(err)
  }

  #next (socket) {
    if (this.#toSend === 0) return
    this.#toSend--
    if (this.#times !== null) this.#started.set(socket, performance.now())
    socket.write(this.#request)
  }

  #answered = (socket) => {
    this.#times?.push(performance.now() - this.#started.get(socket))
    if (--this.#missing === 0) this.#done.resolve()
    else this.#next(socket)
  }
}

/** Finds the ends of answers that say how long they are, or are chunked. */
function answers (onAnswer) {
  let head = ''
  let left = -1
  let chunked = false
  return (chunk) => {
    if (left < 0 && !chunked) {
      const before = head.length
      head += chunk.latin1Slice(0, Math.min(chunk.length, 4096))
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(`answered ${head}`)
      const length = /content-length: *(\d+)/i.exec(head)?.[1]
      chunked = length === undefined
      left = chunked ? -1 : end + 4 + Number(length) - before - chunk.length
      head = ''
    } else {
      left -= chunk.length
    }
    if (chunked ? chunk.subarray(-5).latin1Slice() === '0\r\n\r\n' : left === 0) {
      left = -1
      chunked = false
      onAnswer()
    }
  }
}
