import t from 'tap'
import { listOptions, serviceSchema } from '@floodgate/settings'

t.test('listOptions: lists keys with type, default and words, and those that lie in them', async (t) => {
  const schema = {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', description: 'What it is called.' },
      wait: { type: 'string', format: 'go-duration', default: '2s' },
      kinds: { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, deprecated: true },
      either: { anyOf: [{ type: 'string' }, { type: 'object', properties: { deep: { type: 'integer' } } }] },
      pairs: { type: 'array', items: { type: 'object', properties: { key: { type: ['string', 'null'] } } } },
      byName: { type: 'object', additionalProperties: { type: 'object', properties: { on: { type: 'boolean', inert: 'nothing reads it' } } } },
      word: { anyOf: [{ const: 'x' }, { const: 'y' }] }
    },
    patternProperties: { '^[@$_#]': {} }
  }
  t.match(listOptions(schema), [
    { path: 'name', type: 'text', required: true, default: undefined, allowed: null, description: 'What it is called.', inert: null, isDeprecated: false },
    { path: 'wait', type: 'duration', required: false, default: '2s' },
    { path: 'kinds', type: 'list of texts', allowed: ['a', 'b'], isDeprecated: true },
    { path: 'either', type: 'text or object' },
    { path: 'either.deep', type: 'whole number' },
    { path: 'pairs', type: 'list of objects' },
    { path: 'pairs[].key', type: 'text or null' },
    { path: 'byName', type: 'object' },
    { path: 'byName.*.on', type: 'true or false', inert: 'nothing reads it' },
    { path: 'word', allowed: ['x', 'y'] }
  ])
  t.equal(listOptions(schema).length, 10)
})

t.test('listOptions: the keys of the listener are below tls', async (t) => {
  const paths = listOptions(serviceSchema).map(({ path }) => path)
  for (const path of ['port', 'tls.min_version', 'tls.keys[].public_key', 'endpoints[].backend[].host']) t.ok(paths.includes(path), path)
})
