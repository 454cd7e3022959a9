import t from 'tap'
import { collectProblems, noteDrafts, takeSettings, type SettingProblem } from '@floodgate/settings'

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

t.test('noteDrafts: notes what was reported below the place where the check began, with advice', async (t) => {
  const problems: SettingProblem[] = []
  takeSettings(schema, { level: 'hihg', fils: [], colour: 1, on: null }, ['k'], noteDrafts(collectProblems(problems), ['k']))
  t.match(problems, [
    { path: ['on'], at: 'value', code: 'wrong-type', instead: 'remove the key to have its default' },
    { path: ['level'], code: 'unknown-value', value: 'hihg', instead: 'did you mean "high"?' },
    { path: ['fils'], at: 'key', code: 'unknown-key', instead: 'did you mean "files"?' },
    { path: ['colour'], at: 'key', code: 'unknown-key', instead: 'the keys here are on, level, files, deep' }
  ])
})
