// What templates cost: node packages/config-loader/benchmarks/templates.mjs (after `pnpm build`)
// Times are of the processor, so that other work on the machine does not count.
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expandConfig, loadConfig } from '../dist/index.js'

const spent = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const main = (count) => `{
  "version": 3,
  "endpoints": [
    {{- range $i, $e := until ${count} }}{{ if $i }},{{ end }}
    {{ template "endpoint.tmpl" $e }}
    {{- end }}
  ]
}`
const endpoint = `{
  "endpoint": "/service-{{ . }}/{id}/items",
  "timeout": "1s",
  "input_headers": ["Authorization"],
  "backend": [
    { "url_pattern": "/items/{id}?page={{ . }}", "host": ["http://host-{{ mod . 10 }}:8080"], "allow": ["a", "b.c"], "group": "items" },
    { "url_pattern": "/details/{id}", "host": ["https://details:8443"], "mapping": { "a": "b" } }
  ]
}`

const cwd = await mkdtemp(join(tmpdir(), 'floodgate-'))
await mkdir(join(cwd, 'templates'))
await writeFile(join(cwd, 'templates/endpoint.tmpl'), endpoint)
await writeFile(join(cwd, 'wrong.tmpl'), main(2000).replace('endpoint.tmpl', 'soon.tmpl'))
await writeFile(join(cwd, 'templates/soon.tmpl'), endpoint.replace('"1s"', '"soon"'))
for (const count of [3, 2000]) await writeFile(join(cwd, `${count}.tmpl`), main(count))
const options = { cwd, env: { FC_ENABLE: '1', FC_TEMPLATES: 'templates' } }

async function measure (label, work) {
  const before = spent()
  await work()
  console.log(`${label}: ${(spent() - before).toFixed(0)} ms`)
}

await measure('render 3 endpoints, the import included', () => expandConfig('3.tmpl', options))
await measure('render 2000 endpoints', () => expandConfig('2000.tmpl', options))
await measure('render, check and load 2000 endpoints', () => loadConfig('2000.tmpl', options))
const { text } = await expandConfig('2000.tmpl', options)
await writeFile(join(cwd, 'plain.json'), text)
await measure('the same, rendered before', () => loadConfig('plain.json', { cwd, env: {} }))
await measure('locate 2000 problems', () => loadConfig('wrong.tmpl', options).catch(() => {}))
await rm(cwd, { recursive: true })
