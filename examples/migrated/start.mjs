// A ferry line's gateway, brought over from KrakenD: its configuration has 20 endpoints over services of every age, all of
// which are played by this file.
import { generateKeyPairSync } from 'node:crypto'
import { createAuthority, launch, startForwardProxy, startOrigin } from '@floodgate/testing'
import { graphql, soap } from './services.mjs'

const sailings = [
  { id: 'RA1', from: 'ROM', to: 'ARB', departs: '08:15', seats: 120, internal_notes: 'crew of 4' },
  { id: 'RA2', from: 'ROM', to: 'ARB', departs: '10:15', seats: 0, internal_notes: 'crew of 3' },
  { id: 'AL7', from: 'ARB', to: 'LIN', departs: '11:30', seats: 40, internal_notes: 'crew of 3' }
]

await launch(import.meta.dirname, async ({ t, port, certs, say }) => {
  /** Serves what `answer` gives for a method, a path with its query, headers and the body: an object, or [status, headers, body]. */
  const serve = (name, fixed, answer, tls) => startOrigin(t, async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    say(`${name} saw ${req.method} ${req.url}${body === '' ? '' : ` ${body.replaceAll(/\s+/g, ' ')}`}`)
    const found = answer({ method: req.method, url: req.url, headers: req.headers, body, client: req.socket.getPeerCertificate?.()?.subject?.CN }) ?? [404, {}, '']
    const [status, headers, text] = Array.isArray(found) ? found : [200, {}, JSON.stringify(found)]
    res.writeHead(status, { 'content-type': 'application/json', server: `${name}/1.0`, 'x-powered-by': name, ...headers }).end(text)
  }, tls, { port: port(fixed) })

  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = (key) => JSON.stringify({ keys: [{ kid: 'ferry', use: 'sig', alg: 'RS256', ...key.export({ format: 'jwk' }) }] })
  certs.write({ 'signing.json': jwk(privateKey), 'keys.json': jwk(publicKey) })
  const partner = createAuthority('a partner')
  certs.write({ 'partner-ca.pem': partner.cert })
  certs.writePair('gateway', partner.issue({ cn: 'the ferry line' }))

  await serve('sailings', 8081, ({ url, headers }) => {
    const [path, query] = url.split('?')
    if (path === '/sailings') return [200, { 'cache-control': 'max-age=300' }, JSON.stringify(sailings.filter(({ from }) => query === undefined || query === `from=${from}`))]
    if (path.startsWith('/sailings/')) return sailings.find(({ id }) => path === `/sailings/${id}`)
    if (path.startsWith('/timetables/')) return { timetable: path.slice(12) }
    if (path === '/search') return { hits: [{ id: 'RA1' }], query, client: headers['x-client'] }
  })
  await serve('bookings', 8082, ({ method, url, headers, body }) => {
    if (url === '/orders') return headers['x-api-key'] === 'key-of-the-gateway' ? { id: 'B77', order: JSON.parse(body) } : [401, {}, '']
    if (method === 'DELETE') return [204, { 'x-deleted-by': headers['x-user'] }, '']
    if (url === '/orders/B77?owner=ann') return { id: 'B77', sailing: 'RA1' }
    if (url.startsWith('/ships/')) return { name: 'MS Thurgau', decks: 2, engine: 'diesel' }
    if (url.startsWith('/fares/')) return { fare: url.slice(7), price: 23.50 }
  })
  await serve('legacy', 8083, (request) => {
    if (request.url === '/soap') return soap(request)
    if (request.url.startsWith('/weather/')) return { stations: [{ name: 'harbour', readings: { celsius: 21.50 } }, { name: 'pier', readings: { celsius: 19.00 } }] }
    if (request.url.startsWith('/reviews/')) return { reviews: ['calm'], engine: 'old' }
  })
  await serve('graph', 8084, graphql)
  await serve('identity', 8085, ({ url, headers, body }) => {
    if (url === '/token') {
      const { user, roles } = JSON.parse(body)
      return { access_token: { sub: user, roles, exp: Math.trunc(Date.now() / 1000) + 600 }, exp: 600 }
    }
    return { received: true, urgent: body.includes('urgent'), reply_to: headers['x-reply-to'], domain: headers['x-domain'] }
  })
  await serve('partner', 8443, ({ url, client, headers }) => {
    if (client !== 'the ferry line') return [403, {}, '']
    if (url.startsWith('/tickets/')) return [headers.range === undefined ? 200 : 206, { 'content-type': 'application/pdf' }, headers.range === undefined ? '%PDF-1.4 a ticket' : '%PDF']
    return [303, { location: 'https://pay.partner.test/confirm/9' }, '']
  }, { ...partner.issue({ cn: 'localhost' }), ca: partner.cert, requestCert: true })
  const offers = await serve('offers', 8086, ({ headers }) => headers.authorization === 'Bearer key-of-the-partner' ? { offers: [{ id: 1, discount: 0.10 }] } : [401, {}, ''])
  await startForwardProxy(t, {
    port: port(9099),
    resolve: (host) => host === 'offers.partner.test' ? { host: '127.0.0.1', port: offers.port } : undefined,
    onRequest: ({ method, target }) => { say(`proxy saw ${method} ${target}`) }
  })
  return ['/sailings', '/sailings/RA1', '/sailings/RA1/seats', '/ports/ROM', '/fares/ROM/ARB', '/board', '/tickets/9', '/offers', '/app/']
}, { parts: ['lua', 'templates', 'scripts', 'public'] })
