import t from 'tap'
import { createTemplates } from '@floodgate/go-template'

/** Numbers of the data are what stands behind `#`, as texts. */
const literalOf = (value: number | string) => typeof value === 'number' ? String(value) : value.startsWith('#') ? value.slice(1) : null

function run (text: string, data: unknown): string {
  const set = createTemplates({ literalOf })
  set.parse('main', text)
  return set.execute('main', data)
}

t.test('literalOf: numbers keep their digits, printed and as JSON', (t) => {
  t.equal(run('{{ .n }} {{ toJson . }}', { n: '#12345678901234567890.10', l: [12345678, '#1e400', 'x'] }), '12345678901234567890.10 {"l":[12345678,1e400,"x"],"n":12345678901234567890.10}')
  t.equal(run('{{ printf "%s %v %T" .n .n .n }} {{ kindOf .n }}', { n: 5 }), '5 5 json.Number string')
  t.equal(run('{{ .n | toString | len }}', { n: '#1.50' }), '4')
  t.end()
})

t.test('literalOf: numbers are compared with integers, floats, texts and each other', (t) => {
  const is = (condition: string, data: object) => run(`{{ if ${condition} }}yes{{ else }}no{{ end }}`, data)
  for (const condition of ['eq .n 5', 'eq 5 .n', 'eq .n 5.0', 'eq .n "5"', 'eq .n .m', 'lt .n 6', 'lt 4.5 .n', 'gt .f 1', 'ge .f 1.5', 'lt .f .n', 'ne .n 6', 'le .n .m', 'gt .big 9007199254740992', 'ne .big .bigger', 'lt .big .bigger', 'eq .f .ff', 'deepEqual .n .m']) {
    t.equal(is(condition, { n: 5, m: '#5', f: 1.5, ff: '#1.50', big: '#9007199254740993', bigger: '#9007199254740994' }), 'yes', condition)
  }
  for (const condition of ['eq .n 6', 'eq .n "5.0"', 'gt .n 5', 'lt .n 5', 'lt 5 .n']) t.equal(is(condition, { n: 5 }), 'no', condition)
  t.throws(() => is('eq .n true', { n: 5 }), /incompatible types/)
  t.end()
})

t.test('literalOf: sprig counts with them', (t) => {
  t.equal(run('{{ add .n 1 }} {{ addf .f 1 }} {{ int .f }} {{ int .e }} {{ float64 .f }} {{ int .huge }} {{ max .n 9 }} {{ round .f 1 }}', { n: '#9007199254740993', f: '#1.75', e: '#1e3', huge: '#1e400' }), '9007199254740994 2.75 1 1000 1.75 -9223372036854775808 9007199254740993 1.8')
  t.end()
})
