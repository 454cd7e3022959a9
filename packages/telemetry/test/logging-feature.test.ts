import { readFileSync } from 'node:fs'
import fastify from 'fastify'
import { pino } from 'pino'
import type { FeatureContext } from '@floodgate/core'
import { createLogger, createLoggingFeature, loggingFeature, type LoggingSettings } from '@floodgate/telemetry'
import t from 'tap'
import * as errors from '../src/errors.ts'
import { LoggingSettings as schema } from '../src/options.ts'

/** Sets the feature up and returns what it said, with the places. */
async function said (settings: LoggingSettings | undefined, { mounted = false, backends = [] as object[] } = {}): Promise<string[]> {
  const told: string[] = []
  const log = mounted ? pino({}, { write () {} }) : (await createLogger(settings, { stream: { write () {} } })).child({})
  const endpoints = [{ backends: backends.map((extra, i) => ({ extra, place: ['endpoints', 0, 'backend', i] })), extra: {} }]
  const extra = { router: { disable_access_log: true }, ...settings !== undefined && { 'telemetry/logging': settings } }
  const warning: FeatureContext['warning'] = (place, message) => { told.push(`${place.join('.')}: ${message}`) }
  const parts = await loggingFeature.load!()
  await parts.setup!({ model: { extra, endpoints }, log, warning } as unknown as FeatureContext)
  return told
}

t.test('loggingFeature: says loudly what is not supported', async (t) => {
  t.strictSame(await said({ level: 'INFO', stdout: true, format: 'logstash', access_log_format: 'json' }), [])
  t.match(await said({ level: 'INFO', syslog: true, syslog_facility: 'local5' }), [/^extra_config\.telemetry\/logging\.syslog: is not supported: nothing is sent to syslog \(facility local5\). The application log goes to stderr/])
  t.match(await said({ syslog: true, stdout: true }), [/goes to stdout/])
  t.match(await said({ format: 'gelf' }), [/\.format: "gelf"/])
  t.match(await said({ custom_format: '%{message}' }), [/\.custom_format: has no effect: set "format" to "custom"/])
  t.match(await said({ access_log_custom_format: '%{path}' }), [/\.access_log_custom_format: has no effect/])
  t.match(await said({ backend: {} }), [/^extra_config\.telemetry\/logging\.backend: logging of backend calls is not supported/])
  t.match(await said(undefined, { backends: [{}, { 'telemetry/logging': {} }] }), [/^endpoints\.0\.backend\.1\.extra_config\.telemetry\/logging: logging of backend calls/])
})

t.test('loggingFeature: says what has no effect in a host\'s app', async (t) => {
  const defaults = Object.fromEntries(Object.entries(schema.properties as Record<string, { default?: unknown }>).flatMap(([key, { default: value }]) => value === undefined ? [] : [[key, value]]))
  t.strictSame(await said(defaults, { mounted: true }), [])
  const told = await said({ ...defaults, level: 'DEBUG', prefix: '[X]', syslog: true, access_log_format: 'json' }, { mounted: true })
  t.match(told, ['level', 'prefix', 'syslog'].map((key) => new RegExp(`\\.${key}: has no effect in a gateway that is mounted in an app`)))
  t.equal(told.length, 3)
})

t.test('loggingFeature: adds the access log, and no hook when it is disabled', async (t) => {
  const lines: string[] = []
  const app = fastify({ loggerInstance: await createLogger(undefined, { stream: { write: (line) => { lines.push(line) } } }) })
  t.teardown(() => app.close())
  const problems: unknown[] = []
  const hooks = async (router: object, settings: object = {}) => {
    const context = { model: { extra: { router, 'telemetry/logging': settings }, endpoints: [] }, log: app.log, warning () {}, problem (place: unknown) { problems.push(place) } } as unknown as FeatureContext
    const parts = await loggingFeature.load!()
    await parts.setup!(context)
    return parts.service!(settings, context)
  }
  t.strictSame(Object.keys((await hooks({}))!), ['onRequest'])
  t.equal(await hooks({ disable_access_log: true }), undefined)
  t.equal(await hooks({}, { access_log_format: 'custom', access_log_custom_format: '%{nothing}' }), undefined)
  t.strictSame(problems, [['extra_config', 'telemetry/logging', 'access_log_custom_format']])
  t.strictSame(Object.keys(createLoggingFeature().schemas), ['service', 'backend'])
})

t.test('errors: each is called like its code, and is in the README', async (t) => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const [name, Type] of Object.entries(errors)) {
    t.equal(new Type().code, name)
    t.ok(readme.includes(`\`${name}\``), name)
  }
  t.strictSame([...new Set(readme.match(/FG_ERR_\w+/g))].sort(), Object.keys(errors).sort())
  for (const key of Object.keys(schema.properties)) t.ok(readme.includes(`\`${key}\``), key)
})
