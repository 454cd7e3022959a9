import t from 'tap'
import { readFileSync } from 'node:fs'
import { createTemplates, excerptOf, TemplateError, type TemplatesOptions } from '@floodgate/go-template'
import { functionTables, unsupportedFunctions } from '../src/functions/table.ts'

function run (text: string, data: unknown = {}, options: TemplatesOptions = {}): string {
  const set = createTemplates(options)
  set.parse('main', text)
  return set.execute('main', data)
}

function failure (text: string, data: unknown = {}, options: TemplatesOptions = {}): TemplateError {
  try {
    run(text, data, options)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error(`no error from ${text}`)
}

t.test('createTemplates: templates call each other, whichever was parsed first', (t) => {
  const set = createTemplates()
  set.parse('main', '{{ template "part.tmpl" .a }}{{ template "inner" }}')
  set.parse('part.tmpl', '[{{ . }}]{{ define "inner" }}in{{ end }}')
  t.equal(set.execute('main', { a: 1 }), '[1]in')
  t.same(set.names(), ['inner', 'main', 'part.tmpl'])
  set.parse('part.tmpl', '  {{/* nothing */}} ')
  t.equal(set.execute('main', { a: 1 }), '[1]in', 'an empty text does not replace a template')
  set.parse('part.tmpl', '({{ . }})')
  t.equal(set.execute('main', { a: 1 }), '(1)in')
  t.end()
})

t.test('createTemplates: asks the loader once for a template that nobody parsed', (t) => {
  const asked: string[] = []
  const set = createTemplates({
    loader: {
      template: (name) => { asked.push(name); return name === 'a.tmpl' ? '<{{ . }}>' : name === 'main' ? '{{ template "a.tmpl" 1 }}{{ template "a.tmpl" 2 }}' : undefined }
    }
  })
  t.equal(set.execute('main'), '<1><2>')
  t.same(asked, ['main', 'a.tmpl'])
  t.throws(() => set.execute('other'), { code: 'FG_ERR_GO_TEMPLATE_NOT_DEFINED', file: 'other' })
  set.parse('x', '{{ template "../../etc/passwd" }}')
  t.throws(() => set.execute('x'), { code: 'FG_ERR_GO_TEMPLATE_NOT_DEFINED', message: /template "..\/..\/etc\/passwd" not defined/ })
  t.end()
})

t.test('createTemplates: an error in a loaded template is placed in that template', (t) => {
  const set = createTemplates({ loader: { template: () => 'one\n{{ nope }}' } })
  set.parse('main', '{{ template "b.tmpl" }}')
  t.throws(() => set.execute('main'), {
    code: 'FG_ERR_GO_TEMPLATE_FUNCTION', file: 'b.tmpl', line: 2, column: 4, message: 'template: b.tmpl:2: function "nope" not defined'
  })
  t.end()
})

t.test('include: raw text of a partial, empty when there is none; what the loader throws is reported', (t) => {
  const loader = {
    partial: (name: string) => {
      if (name === 'bad') throw new Error('permission denied')
      return name === 'p' ? '{{ .x }}' : undefined
    }
  }
  t.equal(run('{{ include "p" }}|{{ include "q" }}|', { x: 1 }, { loader }), '{{ .x }}||')
  t.equal(run('{{ include "p" }}|'), '|', 'without a loader')
  const error = failure('\n{{ include "bad" }}', {}, { loader })
  t.match(error, { code: 'FG_ERR_GO_TEMPLATE_LOADER', line: 2, message: /cannot load "bad": permission denied/ })
  t.end()
})

t.test('render: tells what each piece of the text was made by', (t) => {
  const set = createTemplates({ loader: { partial: () => '"raw"' } })
  set.parse('b.tmpl', '{"host": "{{ .h }}"}')
  set.parse('main', '{\n"list": [{{ range .l }}\n  {{ template "b.tmpl" . }},{{ end }}\n{{ include "p" }}]}')
  const rendering = set.render('main', { l: [{ h: 'one' }, { h: 'two' }] })
  t.equal(rendering.text, '{\n"list": [\n  {"host": "one"},\n  {"host": "two"},\n"raw"]}')
  const at = (text: string) => rendering.locate(rendering.text.indexOf(text))!
  t.match(at('two'), { file: 'b.tmpl', line: 1, column: 14, kind: 'value', via: [{ file: 'main', line: 3, column: 15 }] })
  t.match(at('"list"'), { file: 'main', line: 2, column: 1, kind: 'text', via: [] })
  t.match(at('"host"'), { file: 'b.tmpl', line: 1, column: 2, kind: 'text' })
  t.match(at('raw'), { file: 'main', line: 4, column: 4, kind: 'value' })
  t.equal(excerptOf(at('raw')), '4 | {{ include "p" }}]}\n  |    ^')
  t.equal(rendering.locate(-1), undefined)
  t.equal(rendering.locate(rendering.text.length), undefined)
  let end = 0
  for (const range of rendering.ranges()) {
    t.equal(range.start, end)
    end = range.end
  }
  t.equal(end, rendering.text.length, 'without gaps')
  t.end()
})

t.test('limits: depth, size and time end an execution with a position', (t) => {
  const limits = { depth: 50, outputBytes: 100_000, milliseconds: 60_000 }
  const code = (text: string, milliseconds = 60_000) =>
    failure(text, {}, { limits: { ...limits, milliseconds } }).code.replace('FG_ERR_GO_TEMPLATE_', '')
  t.equal(code('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}'), 'DEPTH')
  t.match(failure('{{ template "main" }}', {}, { limits }).message, /exceeded maximum template depth \(50\)/)
  t.equal(code('{{ range 100000000000 }}{{ end }}', 200), 'TIME')
  t.equal(code('{{ range 100000000000 }}x{{ end }}'), 'OUTPUT')
  t.equal(code('{{ repeat 1000000000 "xxxx" }}'), 'OUTPUT')
  t.equal(code('{{ until 1000000000 }}'), 'OUTPUT')
  t.equal(code('{{ range 1000 }}{{ $x := repeat 90000 "x" }}{{ end }}'), 'OUTPUT', 'what functions build up counts together')
  t.equal(code('{{ $x := "xxxx" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}'), 'OUTPUT')
  t.equal(code('{{ $x := list 1 }}{{ range 100 }}{{ $x = list $x $x }}{{ end }}{{ $x }}'), 'OUTPUT')
  t.equal(code('{{ $x := list 1 }}{{ range 100 }}{{ $x = list $x $x }}{{ end }}{{ deepCopy $x }}', 200), 'TIME')
  t.equal(code('{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}'), 'DEPTH', 'a map that contains itself')
  t.equal(code('{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toJson $d }}'), 'DEPTH')
  t.equal(code('{{ ' + '('.repeat(5000) + '1' + ')'.repeat(5000) + ' }}'), 'PARSE')
  t.equal(code('{{ if true }}'.repeat(5000) + '{{ end }}'.repeat(5000)), 'PARSE')
  t.equal(run('{{ regexMatch "(a+)+$" (print (repeat 20000 "a") "!") }}'), 'false', 'no backtracking')
  t.end()
})

t.test('data: is copied, so that set and merge change nothing outside', (t) => {
  const data = { m: { a: 1 }, l: [1] }
  const set = createTemplates()
  set.parse('main', '{{ $_ := set .m "b" 2 }}{{ $_ := unset .m "a" }}{{ .m }}')
  t.equal(set.execute('main', data), 'map[b:2]')
  t.equal(set.execute('main', data), 'map[b:2]')
  t.same(data, { m: { a: 1 }, l: [1] })
  t.end()
})

t.test('data: only JSON is rendered, a bigint as an int', (t) => {
  t.equal(run('{{ .n }} {{ printf "%T" .n }} {{ .u }}', { n: 5n, u: undefined }), '5 int <no value>')
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const cases: [unknown, RegExp][] = [
    [{ a: [() => 1] }, /has a function at \.a\[0\]/],
    [{ d: new Date() }, /instance of a class at \.d/],
    [Symbol('x'), /has a symbol at its root/],
    [2n ** 64n, /beyond 64 bits/],
    [cyclic, /nested deeper than 1000 levels/],
    [{ get x () { throw new Error('secret') } }, /cannot be read$/]
  ]
  for (const [data, message] of cases) t.match(failure('{{ . }}', data), { code: 'FG_ERR_GO_TEMPLATE_DATA', message })
  t.end()
})

t.test('data: names of prototypes are missing keys', (t) => {
  const names = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'length', 'valueOf']
  for (const name of names) {
    t.equal(run(`{{ .${name} }} {{ .a.${name} }} {{ index . "${name}" }} {{ get . "${name}" }} {{ hasKey . "${name}" }}`, { a: {} }),
      '<no value> <no value> <no value>  false')
    if (name !== 'toString') t.match(failure(`{{ ${name} }}`), { code: 'FG_ERR_GO_TEMPLATE_FUNCTION' })
    t.match(failure(`{{ .l.${name} }}`, { l: [] }), { message: /can't evaluate field/ })
    t.equal(run(`{{ env "${name}" }}|`, {}, { env: {} }), '|')
  }
  t.equal(run('{{ .__proto__ }} {{ .constructor }}', JSON.parse('{"__proto__":1,"constructor":2}')), '1 2')
  t.equal(run('{{ (dict "__proto__" 1).x }}{{ toJson (dict "__proto__" 1) }}'), '<no value>{"__proto__":1}')
  t.end()
})

t.test('functions: of the caller get plain values and win over those of the same name', (t) => {
  const seen: unknown[] = []
  const functions = {
    both: (...args: unknown[]) => { seen.push(...args); return { n: 1, l: ['a'], b: 5n } },
    upper: () => 'mine',
    broken: () => { throw new Error('out of order') },
    strange: () => () => {}
  }
  t.equal(run('{{ (both 1 2.5 "x" nil .l (dict "k" true)).n }} {{ upper }} {{ both.b | printf "%T" }} {{ both | toJson }}', { l: [1] }, { functions }),
    '1 mine int {"b":5,"l":["a"],"n":1}')
  t.same(seen.slice(0, 5), [1, 2.5, 'x', null, [1]])
  t.match(failure('{{ broken }}', {}, { functions }), { code: 'FG_ERR_GO_TEMPLATE_CALL', message: /error calling broken: out of order$/ })
  t.match(failure('{{ strange }}', {}, { functions }), { code: 'FG_ERR_GO_TEMPLATE_CALL' })
  t.end()
})

t.test('functions: those of sprig that are missing say so, with their place', (t) => {
  for (const name of unsupportedFunctions.keys()) {
    t.match(failure(`a\n  {{ ${name} "x" }}`), {
      code: 'FG_ERR_GO_TEMPLATE_FUNCTION', line: 2, column: 6, message: new RegExp(`^template: main:2: function "${name}" of sprig is not supported: `)
    })
  }
  t.end()
})

t.test('now and timeZone: dates follow the given clock and zone', (t) => {
  const options = { now: () => new Date('2024-07-01T22:30:00Z'), timeZone: 'Europe/Madrid' }
  t.equal(run('{{ now | date "2006-01-02 15:04 MST" }} {{ htmlDate now }} {{ dateInZone "15:04 MST" now "UTC" }}', {}, options),
    '2024-07-02 00:30 CEST 2024-07-02 22:30 UTC')
  t.equal(run('{{ toDate "2006-01-02 15:04" "2024-03-31 12:00" | unixEpoch }} {{ (toDate "2006-01-02" "2024-01-15").Local }}', {}, options),
    '1711879200 2024-01-15 00:00:00 +0100 CET')
  t.match(run('{{ now.Year }}'), /^20\d\d$/)
  t.end()
})

t.test('README: names every function and every error code', (t) => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const sources = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8')
  const names = [...Object.values(functionTables).flatMap((table) => Object.keys(table)), ...unsupportedFunctions.keys()]
  t.same(names.filter((name) => !readme.includes(`\`${name}\``)), [])
  const codes = new Set(sources.match(/FG_ERR_GO_TEMPLATE_[A-Z_]+/g))
  t.same([...codes].filter((code) => !readme.includes(`\`${code}\``)), [])
  t.same([...new Set(readme.match(/FG_ERR_[A-Z_]+/g))].filter((code) => !codes.has(code)), [])
  t.end()
})
