import { startOrigin } from '@floodgate/testing'
import { createApp } from './app.ts'

const catalogue = await startOrigin({ teardown () {} }, (req, res) => {
  console.log(`  the catalogue saw ${req.method} ${req.url} with x-api-key: ${req.headers['x-api-key'] ?? 'none'}`)
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 7, title: 'Flatland', author: 'Abbott', shelf: 'C3' }) + '\n')
})
const app = await createApp(catalogue.url)
const address = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' })
console.log(`Try:\n${['/hello', '/api/books/7', '/api/books/7/card'].map((path) => `  curl -i ${address}${path}`).join('\n')}\n`)
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    catalogue.server.close()
    app.close()
  })
}
