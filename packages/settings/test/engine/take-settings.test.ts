import t from 'tap'
import { defaultsOf, takeSettings, type ProblemDraft } from '@floodgate/settings'

const schema = {
  type: 'object',
  properties: {
    on: { type: 'boolean', default: false },
    level: { type: 'string', enum: ['low', 'high'], default: 'low' },
    files: { type: 'array', items: { type: 'string' }, default: [] },
    deep: { type: 'object', properties: { size: { type: 'integer', minimum: 1, maximum: 9 } }, additionalProperties: false }
  },
  patternProperties: { '^[@$_#]': {} },
  additionalProperties: false
} as const

t.test('takeSettings: gives a copy of what fits, converts nothing and fills nothing in', async (t) => {
  const given = { on: true, files: ['a'], deep: { size: 1 }, level: undefined }
  const taken = takeSettings(schema, given, [], () => t.fail('a problem'))
  t.strictSame(taken, { on: true, files: ['a'], deep: { size: 1 } })
  t.not(taken, given)
})

t.test('takeSettings: leaves out what does not fit, and reports all of it as errors', async (t) => {
  const drafts: ProblemDraft[] = []
  t.strictSame(takeSettings(schema, { on: 'true', level: 'hihg', files: ['a', 5, 'b'], deep: { size: 10 }, fils: [], '@why': 'x' }, ['k'], (draft) => { drafts.push(draft) }), { files: ['a', undefined, 'b'], deep: {}, '@why': 'x' })
  t.strictSame(drafts.map(({ severity, code, place }) => `${severity} ${code} ${place.join('.')}`), ['error wrong-type k.on', 'error invalid-value k.level', 'error wrong-type k.files.1', 'error out-of-range k.deep.size', 'error unknown-key k.fils'])
  t.equal(takeSettings(schema, null, [], () => {}), undefined)
})

t.test('defaultsOf: gives what the schema says, each time anew', async (t) => {
  t.strictSame(defaultsOf(schema), { on: false, level: 'low', files: [], deep: undefined })
  t.not(defaultsOf(schema).files, defaultsOf(schema).files)
})
