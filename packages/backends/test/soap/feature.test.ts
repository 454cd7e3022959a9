import t from 'tap'
import type { Backend, BodyGeneratorPlace, CreateBodyGenerator, FeatureContext, Step, StepResponse } from '@floodgate/core'
import { createFeatures, type FeaturesOptions } from '@floodgate/backends'

const next: Step = async () => ({ status: 200 }) as StepResponse

async function prepare (options: FeaturesOptions, method = 'POST') {
  const told: string[] = []
  const into = (kind: string) => (place: readonly unknown[], message: string): void => { told.push(`${kind} ${place.join('.')}: ${message}`) }
  const soap = createFeatures(options).find(({ namespace }) => namespace === 'backend/soap')!
  const backend = { place: ['b'], method } as unknown as Backend
  const context = { problem: into('problem'), warning: into('warning'), model: { endpoints: [{ timeout: 1, backends: [] }, { timeout: 7, backends: [backend] }] } } as unknown as FeatureContext
  const { backend: wrap } = await soap.load!()
  return { step: wrap!({ path: 'x' }, next, backend, context), told }
}

t.test('backend/soap: generates an XML body by what the gateway gives it', async (t) => {
  const asked: [unknown, BodyGeneratorPlace][] = []
  const made: Step = async (request) => await next(request)
  const generate: CreateBodyGenerator = (settings, _, where) => { asked.push([settings, where]); return made }
  t.same(await prepare({ loadBodyGenerator: async () => generate }), { step: made, told: [] })
  t.same(asked, [[{ path: 'x' }, { namespace: 'backend/soap', place: ['b', 'extra_config', 'backend/soap'], timeout: 7, contentType: 'text/xml' }]])
  t.match((await prepare({ loadBodyGenerator: async () => generate }, 'GET')).told, [/^warning b\.method: an envelope is sent by GET/])
})

t.test('backend/soap: stops the start where nobody makes bodies', async (t) => {
  const { step, told } = await prepare({})
  t.equal(step, next)
  t.same(told, ['problem b.extra_config.backend/soap: "backend/soap" needs @floodgate/modifiers'])
})
