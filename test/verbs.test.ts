import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { createAuthority } from '@floodgate/testing'
import { main } from 'floodgate'
import { createEstate } from './configurations/large-estate.ts'

// Every verb on the client-settings example, on a copy of it broken in ten places, and on the three largest
// configurations: all keys of the service, all keys of endpoints and backends, and an estate of many teams.
const here = import.meta.dirname
const work = t.testdir()
const back = process.cwd()
process.chdir(work)
t.teardown(() => { process.chdir(back) })
cpSync(path.join(here, 'configurations'), work, { recursive: true })
cpSync(path.join(here, '../examples/client-settings/krakend.json'), path.join(work, 'example.json'))
writeFileSync(path.join(work, 'estate.json'), JSON.stringify(createEstate(400), null, 2))
const authority = createAuthority('company CA')
const pair = authority.issue({ cn: 'gateway', san: ['gateway.internal'] })
mkdirSync('certs')
for (const [name, text] of Object.entries({ 'ca.pem': authority.cert, 'custom.pem': authority.cert, 'other_cert.pem': authority.cert, 'gateway.pem': pair.cert, 'gateway.key': pair.key })) {
  writeFileSync(path.join('certs', name), text, { mode: 0o600 })
}

const usable = { 'example.json': 2, 'every-service-key.json': 2, 'every-endpoint-key.json': 7, 'estate.json': 400 }

for (const [file, endpoints] of Object.entries(usable)) {
  t.test(`verbs: each tells what it has to of ${file}`, async (t) => {
    const check = await floodgate('check', '-l', '-t', '--json', '-c', file)
    t.equal(check.code, 0)
    t.strictSame(JSON.parse(check.out).filter(({ severity }: { severity: string }) => severity === 'error'), [])

    const routes = JSON.parse((await floodgate('routes', '--json', '-c', file)).out) as { kind: string }[]
    t.equal(routes.filter(({ kind }) => kind === 'endpoint').length, endpoints)
    t.equal((await floodgate('routes', '-c', file)).code, 0)

    const explained = await floodgate('explain', '--json', '-c', file)
    t.equal(JSON.parse(explained.out).length, endpoints)
    const tree = await floodgate('explain', '-c', file)
    t.equal(tree.code, 0)

    const audit = await floodgate('audit', '--json', '-c', file)
    t.ok([4, 5, 6, 7].includes(audit.code), `audit ends with ${audit.code}`)
    t.ok(JSON.parse(audit.out).length > 0)

    const rendered = await floodgate('render', '-c', file)
    t.strictSame(JSON.parse(rendered.out), JSON.parse(readFileSync(file, 'utf8')))

    for (const { out, err } of [check, explained, tree, audit]) t.notMatch(out + err, 'hush', 'no password is told')
  })
}

t.test('verbs: none uses a configuration that is broken in ten places, and check tells all ten', async (t) => {
  const file = 'broken-in-ten-places.json'
  const { code, out } = await floodgate('check', '-l', '--json', '-c', file)
  t.equal(code, 1)
  const problems = JSON.parse(out) as { line: number, message: string, suggestion: string | null }[]
  // Line 23 follows from line 16: with the misspelt output encoding the backend's answer would reach nobody.
  t.strictSame([...new Set(problems.map(({ line }) => line))].toSorted((a, b) => a - b), [5, 6, 8, 10, 16, 23, 26, 28, 32, 37, 51])
  for (const verb of ['run', 'routes', 'explain', 'probe', 'audit']) {
    t.match(await floodgate(verb, '-c', file), { code: 1, out: '', err: /8 errors|broken-in-ten-places\.json:6:14 error timeout/ }, verb)
  }
})

async function floodgate (...args: string[]) {
  let [out, err] = ['', '']
  const code = await main(args, { out: (text) => { out += text }, err: (text) => { err += text }, outColor: false, errColor: false })
  return { code, out, err }
}
