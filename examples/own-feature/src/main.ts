import { startOrigin } from '@floodgate/testing'
import { createApp } from './app.ts'

const stock = await startOrigin({ teardown () {} }, (_, res) => {
  res.writeHead(200, { 'content-type': 'application/json' }).end('{"lamps":3}')
})
const app = await createApp(stock.url)
const address = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' })
console.log(`Try:\n  curl -i ${address}/stock\n  curl -i -H 'X-Shop: turin' ${address}/stock\n`)
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    stock.server.close()
    app.close()
  })
}
