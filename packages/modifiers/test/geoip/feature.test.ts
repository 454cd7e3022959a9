import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fastify from 'fastify'
import type { FeatureContext } from '@floodgate/core'
import t, { type Test } from 'tap'
import { feature } from '../../src/geoip/feature.ts'
import { writeDatabase } from '../support/write-database.ts'

const berlin = {
  city: { geoname_id: 2950159, names: { en: 'Berlin', ja: 'ベルリン' } },
  continent: { code: 'EU', geoname_id: 6255148, names: { en: 'Europe' } },
  country: { geoname_id: 2921044, iso_code: 'DE', is_in_european_union: true, names: { en: 'Germany' } },
  location: { accuracy_radius: 20, latitude: 52.524, longitude: -13.411, time_zone: 'Europe/Berlin' },
  postal: { code: '10115' },
  subdivisions: [{ geoname_id: 2950157, iso_code: 'BE', names: { en: 'Land Berlin' } }]
}

/** What the feature says about its settings, and its hooks. */
function create (settings: object, inputHeaders: string[] = ['x-geoip']) {
  const errors: string[] = []
  const warnings: string[] = []
  const renewals: (() => void | Promise<void>)[] = []
  const into = (told: string[]) => (place: readonly unknown[], message: string): void => { told.push(`${place.slice(2).join('.')}: ${message}`) }
  const model = { extra: { router: {} }, endpoints: [{ inputHeaders }] }
  const context = { model, problem: into(errors), warning: into(warnings), onRenew (renew: () => void) { renewals.push(renew) } } as unknown as FeatureContext
  return { hooks: feature.service!({ name: ['geoip'], ...settings }, context), errors, warnings, renewals }
}

async function serve (t: Test, database: string) {
  const { hooks, renewals } = create({ geoip: { citydb_path: database } })
  const app = fastify()
  t.teardown(() => app.close())
  app.addHook('onRequest', hooks!.onRequest!)
  app.get('/', async (request) => ({ geoip: request.raw.headers['x-geoip'], others: Object.keys(request.raw.headers).filter((name) => /geoip/i.test(name)), connection: request.raw.headers.connection }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const get = async (headers: http.OutgoingHttpHeaders) => {
    const [response] = await once(http.request({ port, host: '127.0.0.1', headers, agent: false }).end(), 'response') as [http.IncomingMessage]
    let body = ''
    for await (const chunk of response) body += String(chunk)
    return JSON.parse(body) as { geoip: string, others: string[], connection: string }
  }
  return { get, renewals }
}

t.test('geoip: describes where the client is, with the reference\'s names', async (t) => {
  const path = join(t.testdir({}), 'city.mmdb')
  writeFileSync(path, writeDatabase({ '203.0.113.0/24': berlin }))
  const { get } = await serve(t, path)
  const { geoip } = await get({ 'x-forwarded-for': '203.0.113.9' })
  t.match(geoip, /^[\x20-\x7e]+$/, 'other characters are escaped')
  const country = { GeoNameID: 2921044, IsInEuropeanUnion: true, IsoCode: 'DE', Names: { en: 'Germany' } }
  const nowhere = { GeoNameID: 0, IsInEuropeanUnion: false, IsoCode: '', Names: null }
  t.strictSame(JSON.parse(geoip), {
    City: { GeoNameID: 2950159, Names: { en: 'Berlin', ja: 'ベルリン' } },
    Continent: { Code: 'EU', GeoNameID: 6255148, Names: { en: 'Europe' } },
    Country: country,
    Location: { AccuracyRadius: 20, Latitude: 52.524, Longitude: -13.411, MetroCode: 0, TimeZone: 'Europe/Berlin' },
    Postal: { Code: '10115' },
    RegisteredCountry: nowhere,
    RepresentedCountry: { ...nowhere, Type: '' },
    Subdivisions: [{ GeoNameID: 2950157, IsoCode: 'BE', Names: { en: 'Land Berlin' } }],
    Traits: { IsAnonymousProxy: false, IsSatelliteProvider: false }
  })
  t.match(JSON.parse((await get({ 'x-forwarded-for': '198.51.100.1' })).geoip), { Country: nowhere, Subdivisions: null }, 'an unknown address has empty members')
})

t.test('geoip: a client cannot send the header itself, nor have it dropped', async (t) => {
  const path = join(t.testdir({}), 'city.mmdb')
  writeFileSync(path, writeDatabase({ '203.0.113.0/24': berlin }))
  const { get } = await serve(t, path)
  const answer = await get({ 'x-forwarded-for': '203.0.113.9', 'X-GeoIP': 'mine', X_GEOIP: 'mine', connection: 'close, x-geoip' })
  t.match(JSON.parse(answer.geoip), { Country: { IsoCode: 'DE' } })
  t.strictSame(answer.others, ['x-geoip'])
  t.notMatch(answer.connection, /geoip/i)
})

t.test('geoip: a renewal reads the database again; one that cannot be used leaves the previous one', async (t) => {
  const path = join(t.testdir({}), 'city.mmdb')
  writeFileSync(path, writeDatabase({ '203.0.113.0/24': berlin }))
  const { get, renewals: [renew] } = await serve(t, path)
  const code = async () => (JSON.parse((await get({ 'x-forwarded-for': '203.0.113.9' })).geoip) as { Country: { IsoCode: string } }).Country.IsoCode
  t.equal(await code(), 'DE')
  writeFileSync(path, writeDatabase({ '203.0.113.0/24': { country: { iso_code: 'FR' } } }))
  await renew!()
  t.equal(await code(), 'FR')
  writeFileSync(path, 'no database')
  t.throws(() => renew!(), { message: /^geoip: .*cannot be used: / })
  t.equal(await code(), 'FR')
})

t.test('geoip: says what is wrong', async (t) => {
  const dir = t.testdir({ 'not.mmdb': 'text' })
  writeFileSync(join(dir, 'city.mmdb'), writeDatabase({}))
  writeFileSync(join(dir, 'country.mmdb'), writeDatabase({}, 'GeoLite2-Country'))
  const of = (name: string, headers?: string[]) => create({ geoip: { citydb_path: join(dir, name) } }, headers)
  t.match(of('city.mmdb'), { errors: [], warnings: [] })
  for (const [name, want] of [['nowhere.mmdb', /no such file/], ['not.mmdb', /./], ['country.mmdb', /type "GeoLite2-Country": a City database is needed/]] as const) {
    const { errors, hooks } = of(name)
    t.match(errors, [/^geoip\.citydb_path: the database cannot be used: /])
    t.match(errors[0], want)
    t.equal(hooks, undefined)
  }
  t.match(of('city.mmdb', ['x-other']).warnings, [/^geoip: reaches no backend: list "X-Geoip" in the "input_headers"/])
  t.match(create({}).errors, [/^name: enables "geoip", whose settings are missing/])
  t.match(create({ name: [], geoip: { citydb_path: '/x' } }), { errors: [], warnings: [/^geoip: has no effect: add "geoip" to "name"/], hooks: undefined })
})
