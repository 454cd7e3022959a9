// The sockets of an upstream that are open, and for those that are left at the end: who holds which side of them.
import fs from 'node:fs'

/** States of TCP, as the kernel numbers them in /proc/net/tcp. */
const states = { '01': 'ESTABLISHED', '02': 'SYN_SENT', '03': 'SYN_RECV', '04': 'FIN_WAIT1', '05': 'FIN_WAIT2', '06': 'TIME_WAIT', '08': 'CLOSE_WAIT', '09': 'LAST_ACK', '0B': 'CLOSING' }

/** Creates a set of sockets, each from `add` to its `close`. */
export function createOpenSockets () {
  const open = new Map() // socket → what it is, and its ports
  return {
    get size () { return open.size },
    /** `what`: its part in the upstream, such as `goodTls`. */
    add (socket, what) {
      const known = { what, local: socket.localPort, remote: socket.remotePort }
      open.set(socket, known)
      if (socket.connecting) socket.once('connect', () => { Object.assign(known, { local: socket.localPort, remote: socket.remotePort }) })
      socket.on('close', () => { open.delete(socket) })
      // A reset that failed because the connection was being shut down: Node emits no `close` any more.
      socket.on('error', ({ syscall }) => { if (syscall === 'reset') open.delete(socket) })
    },
    /** One text for each: its part, its ports, what Node thinks of it, and both sides as the kernel has them, with their processes among `pids`. */
    describe (pids) {
      const kernel = readKernel([process.pid, ...pids])
      return [...open].map(([socket, { what, local, remote }]) => {
        const node = [...['connecting', 'destroyed', 'readableEnded', 'writableEnded', 'writableFinished'].filter((name) => socket[name]), ...socket.isPaused() ? ['paused'] : [], `${socket.writableLength} bytes to write`].join(', ')
        return `${what} ${local}←${remote} (${node}; here: ${kernel(local, remote)}; there: ${kernel(remote, local)})`
      })
    },
    destroy () { for (const socket of open.keys()) socket.destroy() }
  }
}

function readKernel (pids) {
  const lines = fs.readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1).map((line) => line.trim().split(/\s+/)).filter((parts) => parts.length > 9)
  const port = (address) => parseInt(address.slice(address.indexOf(':') + 1), 16)
  return (local, remote) => {
    const found = lines.find(([, from, to]) => port(from) === local && port(to) === remote)
    if (found === undefined) return 'none'
    const [, , , state, queues, , , , , inode] = found
    const [out, read] = queues.split(':').map((queue) => parseInt(queue, 16))
    return `${states[state] ?? state}, ${out} bytes unsent, ${read} unread, of ${pids.filter((pid) => holds(pid, inode)).join(' and ') || 'nobody'}`
  }
}

function holds (pid, inode) {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).some((descriptor) => fs.readlinkSync(`/proc/${pid}/fd/${descriptor}`) === `socket:[${inode}]`)
  } catch {
    return false
  }
}
