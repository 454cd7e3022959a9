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
  await parts.setup!({ model: { extra, endpoints, place: [] }, log, warning } as unknown as FeatureContext)
  return told
}

t.test('loggingFeature: says loudly what has no effect', async (t) => {
  t.strictSame(await said({ level: 'INFO', stdout: true, format: 'logstash', access_log_format: 'json' }), [])
  t.strictSame(await said({ level: 'INFO', syslog: true, syslog_facility: 'local5' }), [])
  t.match(await said({ syslog: true, syslog_facility: 'mail' }), [/^extra_config\.telemetry\/logging\.syslog_facility: "mail" is not a facility that can be configured/])
  t.match(await said({ format: 'gelf' }), [/\.format: "gelf"/])
  t.match(await said({ custom_format: '%{message}' }), [/\.custom_format: has no effect: set "format" to "custom"/])
  t.match(await said({ access_log_custom_format: '%{path}' }), [/\.access_log_custom_format: has no effect/])
  t.strictSame(await said({ backend: {} }, { backends: [{}, { 'telemetry/logging': { backend: {} } }] }), [])
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
    const context = { model: { extra: { router, 'telemetry/logging': settings }, endpoints: [], place: [] }, log: app.log, warning () {}, problem (place: unknown) { problems.push(place) } } as unknown as FeatureContext
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
