// What loading costs: node packages/config-loader/benchmarks/load.mjs (after `pnpm build`)
// Times are of the processor, so that other work on the machine does not count.
const spent = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const started = spent()
const { loadConfig } = await import('../dist/index.js')
const imported = spent()

const endpoints = Array.from({ length: 2000 }, (_, i) => ({
  endpoint: `/service-${i}/{id}/items`,
  method: i % 2 === 0 ? 'GET' : 'POST',
  timeout: '1s',
  input_headers: ['Authorization'],
  backend: [
    { url_pattern: `/items/{id}?page=${i}`, host: [`http://host-${i % 10}:8080`], allow: ['a', 'b.c'], group: 'items' },
    { url_pattern: '/details/{id}', host: ['https://details:8443'], mapping: { a: 'b' } }
  ]
}))

async function measure (label, count, extra) {
  const before = spent()
  await loadConfig({ version: 3, extra_config: extra, endpoints: endpoints.slice(0, count) }, { env: {} })
  console.log(`${label}: ${(spent() - before).toFixed(0)} ms`)
}

console.log(`import: ${(imported - started).toFixed(0)} ms`)
await measure('3 endpoints', 3, {})
await measure('3 endpoints, and the first namespace with a schema', 3, { router: {} })
await measure('2000 endpoints', 2000, { router: {} })
