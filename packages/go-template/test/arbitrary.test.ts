import fc from 'fast-check'
import t from 'tap'
import { isDeepStrictEqual } from 'node:util'
import { createTemplates, TemplateError, type Rendering } from '@floodgate/go-template'
import { functionTables } from '../src/functions/table.ts'

const limits = { depth: 20, outputBytes: 50_000, milliseconds: 250 }
/** A rendering ends soon after its time is over: no single step takes long at these sizes. */
const LONGEST = 20_000

const functions = Object.values(functionTables).flatMap((table) => Object.entries(table))
const literals = [
  '0', '1', '-3', '7', '2.5', '1e6', '1i', "'x'", '"a"', '"é,b"', '"%d %[2]*.3x"', '"[a-z]+("', '"2006-01-02 MST"', '`x\ny`', 'true', 'nil', '.', '.s', '.l', '.m', '.m.k.x', '.n', '.missing', '$', '(list 1 .s)', '(dict "a" .l)', '(until 3)', 'now', '(semver "1.2.3")'
]
const operand = fc.constantFrom(...literals)
const call: fc.Arbitrary<string> = fc.tuple(fc.constantFrom(...functions), fc.array(operand, { maxLength: 4 }), fc.boolean())
  .map(([[name, { params }], args, piped]) => {
    const fitting = [...args, ...literals].slice(0, Math.max(params.length, args.length))
    const last = piped && fitting.length > 0 ? fitting.pop()! : null
    return last === null || last === 'nil' ? [name, ...fitting].join(' ') : `${last} | ${[name, ...fitting].join(' ')}`
  })
const expression = fc.oneof(call, operand, fc.tuple(call, call).map(([a, b]) => `${a} | print (${b})`))
const { statement } = fc.letrec<{ statement: string }>((tie) => ({
  statement: fc.oneof({ depthSize: 'small' },
    expression.map((text) => `{{ ${text} }}`),
    fc.constantFrom('text ', '{{ $x := 1 }}{{ $x }}', '{{/* c */}}', '{{ template "main" . }}', '{{ include "p" }}'),
    fc.tuple(fc.constantFrom('if', 'with', 'range', 'range $i, $e :='), expression, tie('statement'), tie('statement'))
      .map(([word, text, body, other]) => `{{ ${word} ${text} }}${body}{{ else }}${other}{{ end }}`),
    fc.tuple(tie('statement'), tie('statement')).map((parts) => parts.join(''))
  )
}))
const tokens = fc.array(fc.constantFrom(
  '{{', '}}', '{{-', '-}}', ' ', '(', ')', '|', '.', '.x', '$', '$x', ':=', '=', ',', 'if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue', 'nil', 'true', '"t"', '"', '`', "'", '1', '0x', '1e', 'print', 'constructor', '/*', '*/', '\n', 'é', '\ud800', '\u0000'
), { maxLength: 25 }).map((parts) => parts.join(''))
const data = fc.oneof(fc.jsonValue(), fc.jsonValue().map((value) => ({ s: 'text', l: [1, 'a', null], m: { k: value }, n: null })))

/** Renders, and lets only TemplateErrors pass as null. */
function render (text: string, value: unknown): Rendering | null {
  const asked: string[] = []
  const start = performance.now()
  try {
    const set = createTemplates({ limits, env: {}, loader: { template: (name) => { asked.push(name); return undefined }, partial: () => 'p' } })
    set.parse('main', text)
    return set.render('main', value)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    if (error.message.includes('internal error')) throw error
    return null
  } finally {
    const elapsed = performance.now() - start
    if (elapsed > LONGEST) throw new Error(`took ${elapsed} ms`) // eslint-disable-line no-unsafe-finally
  }
}

const runs = (numRuns: number) => ({ numRuns: numRuns * Number(process.env['FUZZ'] ?? 1) })

t.test('createTemplates: any text is a template or a TemplateError', (t) => {
  fc.assert(fc.property(fc.oneof(tokens, fc.string({ unit: 'binary' })), data, (text, value) => { render(text, value) }), runs(1000))
  t.pass()
  t.end()
})

t.test('createTemplates: any call of any function with any data ends in text or a TemplateError', (t) => {
  fc.assert(fc.property(statement, data, (text, value) => { render(text, value) }), runs(1500))
  t.pass()
  t.end()
})

t.test('render: pieces cover the text, and copied ones are found where they stand', (t) => {
  fc.assert(fc.property(statement, data, (text, value) => {
    const rendering = render(text, value)
    // Bytes that are not UTF-8 grow when they leave: their places are approximate.
    if (rendering === null || rendering.text.includes('\ufffd')) return
    let end = 0
    for (const range of rendering.ranges()) {
      if (range.start !== end) throw new Error('gap')
      end = range.end
      const place = rendering.locate(range.end - 1)!
      if (place.kind === 'text' && place.lineText[place.column - 1] !== rendering.text[range.end - 1]) throw new Error('misplaced')
    }
    if (end !== rendering.text.length) throw new Error('short')
  }), runs(400))
  t.pass()
  t.end()
})

t.test('data: no name reaches beyond own keys', (t) => {
  const inherited = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype]
    .flatMap((prototype) => Object.getOwnPropertyNames(prototype)).filter((name) => /^\w+$/.test(name))
  fc.assert(fc.property(fc.constantFrom(...inherited), fc.constantFrom(...inherited), (a, b) => {
    const text = render(`{{ .${a} }}{{ .m.${b} }}{{ .${a}.${b} }}{{ index . "${a}" }}`, { m: {} })
    if (text?.text !== '<no value>'.repeat(4)) throw new Error(`${a} ${b}: ${text?.text}`)
  }))
  t.pass()
  t.end()
})

t.test('data: what is printed as JSON reads back the same', (t) => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const written = JSON.stringify(value)
    fc.pre(!/\\ud[89a-f]/.test(written))
    // JavaScript writes minus zero as 0, Go as -0.
    const rendered: unknown = JSON.parse(JSON.stringify(JSON.parse(render('{{ toJson . }}', value)!.text)))
    if (!isDeepStrictEqual(rendered, JSON.parse(written))) throw new Error(written)
  }), runs(300))
  t.pass()
  t.end()
})
