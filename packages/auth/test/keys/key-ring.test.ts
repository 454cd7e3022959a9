import { generateKeyPairSync } from 'node:crypto'
import { exportJWK } from 'jose'
import t from 'tap'
import { readKeyRing, type KeyRing } from '../../src/keys/key-ring.ts'
import type { KeyPolicy } from '../../src/keys/key-source.ts'
import { createRemoteSource } from '../../src/keys/remote-source.ts'
import { createAuthority } from '@floodgate/testing'
import { createSecretSigner, createSigner, keySet, type Signer } from '../support/tokens.ts'

t.test('readKeyRing: finds keys by id, several of one id, and leaves out what cannot be used', async (t) => {
  const [one, two, ec] = await Promise.all([createSigner('RS256', 'same'), createSigner('RS256', 'same'), createSigner('ES384', 'ec')])
  const weak = { ...await exportJWK(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), kid: 'weak' }
  const nameless = createSecretSigner('HS256', 'x').jwk
  delete nameless.kid
  const unusable = [null, 5, {}, { kty: 'RSA', kid: 'broken' }, { kty: 'made-up', kid: 'other' }, { kty: 'EC', crv: 'secp256k1', kid: 'k1' }, { kty: 'oct', k: '', kid: 'empty' }, weak, { ...one.jwk, kid: 'enc', use: 'enc' }]
  const ring = await readKeyRing(JSON.stringify({ keys: [...unusable, one.jwk, ec.jwk, two.privateJwk, nameless] }), 'test')
  t.equal(ring.size, 4)
  t.same(ring.find('same', 'kid').map(({ signing }) => signing === null), [true, false], 'a private key can sign, and its public half verifies')
  t.equal(ring.find('same', 'kid')[1]!.key.type, 'public')
  t.same(ring.find('ec', 'kid')[0]!.algorithms, ['ES384'])
  t.match(ring.find('', 'kid'), [{ key: { type: 'secret' } }])
  for (const id of ['broken', 'other', 'k1', 'empty', 'weak', 'enc', 'constructor']) t.same(ring.find(id, 'kid'), [], id)
})

t.test('readKeyRing: finds keys by the thumbprint of their certificate', async (t) => {
  const { jwk } = await createSigner('RS256', 'a')
  const leaf = createAuthority('x').cert.replace(/-----.*?-----|\n/g, '')
  const ring = await readKeyRing(JSON.stringify({ keys: [{ ...jwk, x5t: 'abc=', 'x5t#S256': 'def' }, { ...jwk, kid: 'b', x5c: [leaf] }] }), 'test')
  t.equal(ring.find('abc', 'x5t').length, 1)
  t.equal(ring.find('def', 'x5t#S256').length, 1)
  t.equal(ring.find('aabc', 'kid_x5t').length, 1)
  t.equal(ring.find('', 'x5t').length, 0, 'the other one has the thumbprint of its certificate')
})

t.test('readKeyRing: says why a set cannot be used', async (t) => {
  for (const [json, why] of [['<html>', /not JSON/], ['[]', /no list/], ['null', /no list/], ['{"keys":{}}', /no list/], ['{"keys":[]}', /has no keys/], ['{"keys":[{"kty":"RSA"}]}', /none of its 1 keys/]] as const) {
    await t.rejects(readKeyRing(json, 'https://a.test'), { code: 'FG_ERR_AUTH_KEY_SET', message: why })
  }
})

t.test('readKeyRing: takes the first 1,000 keys of a set', async (t) => {
  const keys = Array.from({ length: 1200 }, (_, i) => ({ kty: 'oct', k: 'AAAA', alg: 'HS256', kid: `k${i}` }))
  const ring = await readKeyRing(JSON.stringify({ keys }), 'here')
  t.equal(ring.size, 1000)
  t.same(['k999', 'k1000'].map((kid) => ring.find(kid, 'kid').length), [1, 0])
})

t.test('readKeyRing: a set nested without end does not overflow the stack', async (t) => {
  const good = { kty: 'oct', k: 'AAAA', alg: 'HS256', kid: 'good' }
  for (const deep of ['['.repeat(100_000) + ']'.repeat(100_000), '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)]) {
    await t.rejects(readKeyRing(deep, 'here'), { code: 'FG_ERR_AUTH_KEY_SET' })
    const members = ['kty', 'k', 'alg', 'kid', 'use', 'x5t', 'x5c', 'x'].map((name) => `{"kty":"oct","k":"AAAA","alg":"HS256","kid":"bad","${name}":${deep}}`)
    const ring = await readKeyRing(`{"keys":[${[...members, deep, JSON.stringify(good)].join()}]}`, 'here')
    t.equal(ring.find('good', 'kid').length, 1)
  }
})

const cached: KeyPolicy = { strategy: 'kid', cache: true, maxAge: 60_000, cooldown: 0 }

/** A key server that is no server, and time that goes on when it is told to. */
class World {
  time = 1e6
  fetches = 0
  errors = 0
  down = false
  keys: Signer[]
  readonly first: Signer
  readonly second: Signer
  readonly source = createRemoteSource({ now: () => this.time, onError: () => { this.errors++ }, fetch: () => this.#fetch() })

  constructor (first: Signer, second: Signer) {
    this.first = first
    this.second = second
    this.keys = [first]
  }

  async find (id: string, policy = cached): Promise<string[]> {
    return (await this.source.find(id, policy)).map(({ kid }) => kid)
  }

  async #fetch (): Promise<KeyRing> {
    this.fetches++
    if (this.down) throw new Error('down')
    return readKeyRing(keySet(...this.keys), 'test')
  }
}

async function createWorld (): Promise<World> {
  return new World(await createSigner('ES256', 'first'), await createSigner('ES256', 'second'))
}

t.test('createRemoteSource: keeps keys for their time, and fetches once for all who wait', async (t) => {
  const world = await createWorld()
  t.same(await Promise.all([world.find('first'), world.find('first'), world.find('second')]), [['first'], ['first'], []])
  t.equal(world.fetches, 1)
  t.notOk(world.source.find('first', cached) instanceof Promise, 'known keys are there at once')
  world.time += 59_999
  await world.find('first')
  t.equal(world.fetches, 1)
  world.time += 1
  await world.find('first')
  t.equal(world.fetches, 2)
})

t.test('createRemoteSource: a rotation is seen when a token brings the new key', async (t) => {
  const world = await createWorld()
  t.same(await world.find('first'), ['first'])
  world.keys = [world.second]
  t.same(await world.find('second'), ['second'])
  t.equal(world.fetches, 2)
  t.same(await world.find('first'), [], 'the old key is gone')
})

t.test('createRemoteSource: made-up ids cost ten fetches, then one a second', async (t) => {
  const world = await createWorld()
  await world.find('first')
  for (let i = 0; i < 50; i++) t.same(await world.find(`x${i}`), [])
  t.equal(world.fetches, 11)
  t.same(await world.find('first'), ['first'])
  world.time += 1000
  world.keys = [world.first, world.second]
  t.same(await world.find('second'), ['second'], 'a real one is found a second later')
  t.equal(world.fetches, 12)
})

t.test('createRemoteSource: an id that is not there is not asked for again before its cool-down', async (t) => {
  const world = await createWorld()
  const policy = { ...cached, cooldown: 10_000 }
  await world.find('second', policy)
  world.keys = [world.second]
  t.same(await world.find('second', policy), [])
  t.equal(world.fetches, 1)
  world.time += 10_000
  t.same(await world.find('second', policy), ['second'])
  for (let i = 0; i < 2000; i++) await world.find(`x${i}`, { ...policy, cache: false })
  t.ok(world.fetches > 2000, 'others still are')
})

t.test('createRemoteSource: a server that is down at start, and later', async (t) => {
  const world = await createWorld()
  world.down = true
  t.same(await world.find('first'), [])
  t.equal(world.errors, 1)
  world.down = false
  t.same(await world.find('first'), ['first'], 'it is back')
  world.time += 60_000
  world.down = true
  t.same(await world.find('first'), ['first'], 'what it said before still counts')
  const { fetches } = world
  for (let i = 0; i < 10; i++) t.same(await world.find('first'), ['first'])
  t.equal(world.fetches, fetches, 'it is left alone for a while')
  world.time += 1000
  await world.find('first')
  t.equal(world.fetches, fetches + 1)
  world.time += 1999
  await world.find('first')
  t.equal(world.fetches, fetches + 1, 'for longer each time')
  world.down = false
  world.keys = [world.second]
  world.time += 1
  t.same(await world.find('first'), [])
  t.same(await world.find('second'), ['second'])
})

t.test('createRemoteSource: without cache every request fetches, and a server that is down has no keys', async (t) => {
  const world = await createWorld()
  const policy = { ...cached, cache: false }
  for (let i = 0; i < 3; i++) t.same(await world.find('first', policy), ['first'])
  t.equal(world.fetches, 3)
  world.down = true
  t.same(await world.find('first', policy), [])
})

t.test('createRemoteSource: keys are there before they are asked for', async (t) => {
  const world = await createWorld()
  world.source.prefetch()
  t.same(await world.find('first'), ['first'])
  t.equal(world.fetches, 1)
})
