import type { FastifyInstance } from 'fastify'
import type { Pause } from '@floodgate/core'

type Step = (error: Error | null, done: (error?: Error | null) => void) => void

/**
 * Adds routes to a scope as one step of its start. Fastify has a separate step (`after`) for each route, which takes
 * about as long as adding the route; of routes that are added together, only the last one can wait for anything.
 */
export function addRoutesInOneStep (scope: FastifyInstance, add: () => void): void {
  const finish = gatherSteps(scope)
  try {
    add()
  } finally {
    finish()
  }
}

/** The same with pauses between the routes: for an app that is built while another one serves. */
export async function addRoutesInSlices (scope: FastifyInstance, pause: Pause, add: () => Promise<void>): Promise<void> {
  const finish = gatherSteps(scope, pause)
  try {
    await add()
  } finally {
    finish()
  }
}

/** From now on the steps of routes are gathered; the returned function makes one step of them. */
function gatherSteps (scope: FastifyInstance, pause?: Pause): () => void {
  const own = Object.getOwnPropertyDescriptor(scope, 'after')
  const after = scope.after as (this: FastifyInstance, step?: Step) => FastifyInstance
  const steps: Step[] = []
  scope.after = function gather (this: FastifyInstance, step?: Step) {
    // A plugin's `onRoute` hook may require another value.
    if (this !== scope || step?.length !== 2) return after.call(this, step)
    steps.push(step)
    return scope
  } as typeof scope.after
  return () => {
    if (own === undefined) delete (scope as Partial<FastifyInstance>).after
    else Object.defineProperty(scope, 'after', own)
    if (steps.length > 0) after.call(scope, (error, done) => { runInTurn(steps, error, pause).then(() => { done() }, done) })
  }
}

async function runInTurn (steps: readonly Step[], first: Error | null, pause?: Pause): Promise<void> {
  let error = first
  for (const step of steps) {
    error = await new Promise((resolve) => { step(error, (thrown) => { resolve(thrown ?? null) }) })
    await pause?.()
  }
  if (error !== null) throw error
}
