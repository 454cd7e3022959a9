import t from 'tap'
import { checkOptions } from '@floodgate/settings'

const schema = {
  required: ['config'],
  properties: {
    config: { type: ['string', 'object'], minLength: 1, title: 'the path of a file, or an object' },
    unsupported: { type: 'string', enum: ['stop', 'skip'] },
    watch: { type: 'boolean' },
    clients: { type: 'object', required: ['acquire'], properties: { acquire: { type: 'function' } }, title: 'what createClients returns' },
    hooks: { type: 'array', items: { type: 'function' } }
  }
}

class Clients { acquire () {} }

t.test('checkOptions: takes what fits, what Fastify adds, and what is undefined', async (t) => {
  t.strictSame(checkOptions(schema, { config: {}, unsupported: 'skip', watch: undefined, clients: new Clients(), hooks: [() => {}], prefix: '/api', logLevel: 'warn' }), [])
})

t.test('checkOptions: names each option that does not fit, and what was meant', async (t) => {
  const rows: [object, string][] = [
    [{}, '"config" is missing: pass the path of a file, or an object'],
    [{ config: '' }, '"config" must be the path of a file, or an object'],
    [{ config: 5 }, '"config" must be the path of a file, or an object'],
    [{ config: 'a', confg: 'a' }, '"confg" is not a known option: did you mean "config"?'],
    [{ config: 'a', colour: 1 }, '"colour" is not a known option: write one of config, unsupported, watch, clients, hooks'],
    [{ config: 'a', unsupported: 'skp' }, '"unsupported" must be "stop" or "skip", not "skp": did you mean "skip"?'],
    [{ config: 'a', watch: 'true' }, '"watch" must be a boolean (true or false), not "true": write true without quotes'],
    [{ config: 'a', clients: {} }, '"clients" must be what createClients returns'],
    [{ config: 'a', hooks: [5] }, '"hooks[0]" must be a function, not 5']
  ]
  for (const [options, message] of rows) t.strictSame(checkOptions(schema, options), [message], message)
})
