import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { rules } from '@floodgate/inspect/audit'
import { configurationOptions } from '@floodgate/inspect/check'
import { differences } from '@floodgate/inspect/migrate'
import { createAuthority, selfSigned, startForwardProxy, startOrigin, type Authority } from '@floodgate/testing'
import { createEstate } from '../../../test/configurations/large-estate.ts'
import { main } from '../src/main.ts'
import { backend, workIn } from './support/run-command.ts'
import { writeOptions } from './support/write-options.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const pages = ['docs/commands.md', 'packages/cli/test/printed/large-configurations.md']
const block = /```console\n\$ ((?:[A-Z_]+=\S+ )*)floodgate ([^\n]+)\n[^]*?```/g
const table = /<!-- rules -->\n[^]*?\n(?=## )/

// With UPDATE_DOCS=1 the pages are written, otherwise compared.
t.test('docs: show what the commands print, and the rules of our own', async (t) => {
  for (const name of Object.keys(process.env)) if (/^(?:https?_proxy|no_proxy|node_extra_ca_certs)$/i.test(name)) delete process.env[name]
  const custom = createAuthority('custom CA')
  const example = readFileSync(path.join(root, 'examples/client-settings/krakend.json'), 'utf8')
  const untrusted = example.replace('custom.pem', 'other_cert.pem')
  workIn(t, {
    'krakend.json': example,
    'untrusted.json': untrusted,
    'broken.json': configuration('broken-in-ten-places.json'),
    'everything.json': configuration('every-endpoint-key.json'),
    'service.json': configuration('every-service-key.json'),
    'enterprise.json': configuration('enterprise-names.json'),
    'refused.json': configuration('refused-by-features.json'),
    'silent.json': configuration('without-effect.json'),
    'krakend-estate.json': configuration('from-krakend.json'),
    'krakend.tmpl': configuration('template-unread.tmpl'),
    'empty.json': '',
    'estate.json': createEstate(400),
    'colliding.json': { version: 3, endpoints: [{ endpoint: '/a/{id}', backend: [backend] }, { endpoint: '/a/{name}', backend: [backend] }] }
  }, { certs: makeCertificates(custom) })
  for (const page of pages) {
    const file = path.join(root, page)
    const docs = readFileSync(file, 'utf8')
    const outputs = new Map<string, string>()
    for (const [, variables = '', command = ''] of docs.matchAll(block)) outputs.set(variables + command, command.startsWith('probe') ? await printProbe(t, command, custom) : await print(command, variables))
    const made = docs
      .replace(block, (_, variables: string, command: string) => `\`\`\`console\n$ ${variables}floodgate ${command}\n${outputs.get(variables + command)}\`\`\``)
      .replace(table, `<!-- rules -->\n\n| rule | severity | what is wrong |\n|---|---|---|\n${ownRules()}\n\n`)
    if (process.env['UPDATE_DOCS']) writeFileSync(file, made)
    else t.equal(docs, made, `${page} is current; otherwise run this test with UPDATE_DOCS=1`)
  }
})

t.test('docs: compatibility.md lists the deliberate differences as migrate knows them', (t) => {
  const file = path.join(root, 'docs/compatibility.md')
  const page = readFileSync(file, 'utf8')
  const made = page.replace(/<!-- differences -->\n[^]*?<!-- \/differences -->/, () => `<!-- differences -->\n\n${differences.map(({ text }) => `- ${text}`).join('\n')}\n\n<!-- /differences -->`)
  if (process.env['UPDATE_DOCS']) writeFileSync(file, made)
  else t.equal(page, made, 'docs/compatibility.md is current; otherwise run this test with UPDATE_DOCS=1')
  t.equal(new Set(differences.map(({ id }) => id)).size, differences.length, 'each id once')
  t.end()
})

t.test('docs: options.md lists every option of the schemas, and client-settings.md explains those of clients', (t) => {
  const file = path.join(root, 'docs/options.md')
  const options = configurationOptions()
  const page = readFileSync(file, 'utf8')
  const made = page.replace(/<!-- options -->\n[^]*?<!-- \/options -->/, () => `<!-- options -->\n\n${writeOptions(options)}\n\n<!-- /options -->`)
  if (process.env['UPDATE_DOCS']) writeFileSync(file, made)
  else t.equal(page, made, 'docs/options.md is current; otherwise run this test with UPDATE_DOCS=1')
  const explained = readFileSync(path.join(root, 'docs/client-settings.md'), 'utf8')
  for (const { namespace, path, description } of options) t.ok(description !== '', `${namespace} ${path} has a description`)
  for (const { path } of options.filter(({ namespace, type }) => namespace === 'backend/http/client' && type !== 'object')) {
    const key = path.replace(/\[\].*/, '').replace(/^client_tls\.(?=max_version)/, '').replace(/^floodgate\.(?:.*\.)?/, '')
    t.match(explained, `\`${key}\``, `docs/client-settings.md has a line about ${path}`)
  }
  t.end()
})

/** One of the configurations that the verbs are tested with. */
function configuration (name: string): string {
  return readFileSync(path.join(root, 'test/configurations', name), 'utf8')
}

function makeCertificates (custom: Authority): Record<string, string> {
  const authority = createAuthority('company CA')
  const pair = authority.issue({ cn: 'gateway', san: ['gateway.internal'] })
  const old = authority.issue({ cn: 'gateway', san: ['gateway.internal'], days: -10 })
  return { 'custom.pem': custom.cert, 'other_cert.pem': createAuthority('other CA').cert, 'ca.pem': authority.cert, 'gateway.pem': pair.cert, 'gateway.key': pair.key, 'expired.pem': old.cert, 'expired.key': old.key }
}

/** What a command line prints, without what changes from day to day and from folder to folder. */
async function print (command: string, variables = ''): Promise<string> {
  let text = ''
  const set = variables.split(' ').filter(Boolean).map((assignment) => assignment.split('=') as [string, string])
  for (const [name, value] of set) process.env[name] = value
  const add = (more: string) => { text += more }
  await main(command.split(' '), { out: add, err: add, outColor: false, errColor: false })
  for (const [name] of set) delete process.env[name]
  return text
    .replace(/\b20\d\d-\d\d-\d\d(, in \d+ days?)?/g, '2031-08-15')
    .replace(/client [0-9a-f]{16}/g, 'client 7f3a09c1d2e4b5a6')
    .replaceAll(process.cwd(), '/etc/floodgate')
}

/** The same of a probe, with what it is to reach: its ports are free ones, and shown as the configuration has them. */
async function printProbe (t: Test, command: string, custom: Authority): Promise<string> {
  const [, file = ''] = /-c (\S+)/.exec(command) ?? []
  const text = readFileSync(file, 'utf8')
  const api = await startOrigin(t, (_, response) => { response.end() }, selfSigned({ cn: 'nobody knows this one' }))
  const bar = await startOrigin(t, (_, response) => { response.end() }, custom.issue({ cn: 'bar' }))
  const proxy = await startForwardProxy(t, { resolve: (host) => host === 'api' ? { host: '127.0.0.1', port: api.port } : undefined })
  writeFileSync(file, text.replace('9099', String(proxy.port)).replace('8443', String(bar.port)))
  const printed = await print(command)
  writeFileSync(file, text)
  return printed
    .replaceAll(`:${proxy.port}`, ':9099')
    .replaceAll(`:${bar.port}`, ':8443')
    .replace(/ +\d+\.\d ms/g, (time) => '2.7 ms'.padStart(time.length))
}

function ownRules (): string {
  return rules.filter(({ id }) => !/^\d/.test(id)).map(({ id, severity, message }) => `| \`${id}\` | ${severity} | ${message} |`).join('\n')
}
