import { join } from 'node:path'
import t from 'tap'
import type { FeatureContext } from '@floodgate/core'
import { compileTemplate } from '../../src/body-generator/template.ts'
import type { GeneratorSettings } from '../../src/body-generator/settings.ts'

function compile (settings: GeneratorSettings, type = 'application/json') {
  const told: string[] = []
  const into = (kind: string) => (place: readonly unknown[], message: string): void => { told.push(`${kind} ${place.join('.')}: ${message}`) }
  const template = compileTemplate(settings, type, ['at'], 2000, { problem: into('problem'), warning: into('warning'), reads () {} } as unknown as FeatureContext)
  return { template, told }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const inline = (text: string, type?: string) => compile({ template: base64(text) }, type)

t.test('compileTemplate: warns of a client\'s value that is written into JSON as it is', (t) => {
  t.same(inline('{\n"a":{{ .req_body.x }},"b":{{ toJson .req_body.x }},"c":"{{ .req_path }}","d":{{ .variables.x }},"e":{{ .JWT.sub }}}').told, [
    'warning at.template: template:2:8: a client\'s value is written into JSON as it is, and can change it: write {{ toJson … }} around it instead of {{ .req_body.x }}',
    'warning at.template: template:2:104: a client\'s value is written into JSON as it is, and can change it: write {{ toJson … }} around it instead of {{ .JWT.sub }}'
  ])
  t.same(inline('{{ .req_body.x }}', 'text/xml').told, [])
  t.match(inline('{{ .req_body.x }}', 'application/hal+json; charset=utf-8').told, { length: 1 })
  t.end()
})

t.test('compileTemplate: knows whether a template may look at the body of a request', (t) => {
  const reads = (text: string) => inline(text, 'x/y').template!.readsRequestBody
  for (const text of ['{{ .req_body }}', '{{ $.req_body.a }}', '{{ toJson . }}', '{{ . | toJson }}', '{{ toJson $ }}', '{{ template "a" . }}{{ define "a" }}{{ .req_path }}{{ end }}', '{{ index . "req_body" }}', '{{ with $x := . }}{{ end }}']) t.ok(reads(text), text)
  for (const text of ['{}', '{{ .req_path }}', '{{ $.req_params.Id }}', '{{ toJson .resp_body }}']) t.notOk(reads(text), text)
  t.end()
})

t.test('compileTemplate: files and base64, also with line ends', (t) => {
  const dir = t.testdir({ 'a.tmpl': 'A{{ .x }}' })
  t.equal(compile({ path: join(dir, 'a.tmpl') }).template!.render({ x: 1 }), 'A1')
  t.equal(compile({ template: base64('B'.repeat(30)).replace(/.{10}/g, '$&\r\n') }).template!.render({}), 'B'.repeat(30))
  t.match(compile({ path: '/dev/zero' }), { template: null, told: [/^problem at\.path: cannot read/] })
  t.match(compile({ template: 'A'.repeat(1024 * 1024 + 4) }), { template: null, told: [/larger than 1048576 bytes/] })
  t.end()
})
