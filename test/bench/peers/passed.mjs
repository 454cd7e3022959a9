/** The address to listen on and, from the arguments, what a peer passes on: its port, origins of the upstream, plain and with TLS. */
const [port, plain, secure] = process.argv.slice(2)

export const address = { port: Number(port), host: '127.0.0.1' }
export const keepAliveTimeout = 3_600_000
export const connections = 128

/** What is passed on: a path of the gateway to one of an origin. */
export const routes = [
  ...['/small', '/items', '/large'].map((path) => ({ method: 'GET', path, origin: plain, target: path })),
  { method: 'POST', path: '/post', origin: plain, target: '/post' },
  { method: 'GET', path: '/tls', origin: secure, target: '/small' }
]
