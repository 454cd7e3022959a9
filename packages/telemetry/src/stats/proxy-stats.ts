import { askStep, createStep, type Step, type StepResponse } from '@floodgate/core'
import { countStream } from '../requests/body-size.ts'
import { recordOf } from '../requests/request-record.ts'
import type { StatsNumber, StatsRegistry } from './registry.ts'
import type { Sample } from './sample.ts'

interface Outcome {
  readonly requests: StatsNumber
  readonly latency: Sample
}

/**
 * Counts the answers of a step by whether they are complete and whether they failed, with their time in ns.
 *
 * @param layer `pipe` around the answer of an endpoint, `backend` around that of a backend
 * @param name the endpoint's path, or the backend's url_pattern
 */
export function countAnswers (next: Step, layer: 'pipe' | 'backend', name: string, registry: StatsRegistry): Step {
  const outcome = (isComplete: boolean, isError: boolean): Outcome => {
    const labels = `layer.${layer}.name.${name}.complete.${isComplete}.error.${isError}`
    return { requests: registry.number(`krakend.proxy.requests.${labels}`), latency: registry.sample(`krakend.proxy.latency.${labels}`) }
  }
  // All of them are there from the start.
  const [complete, completeFailed] = [outcome(true, false), outcome(true, true)]
  const [partial, failed] = [outcome(false, false), outcome(false, true)]
  const count = ({ requests, latency }: Outcome, start: number): void => {
    requests.value++
    latency.add(Math.round((performance.now() - start) * 1e6))
  }
  return createStep<StepResponse>((request, resolve, reject) => {
    const start = performance.now()
    askStep(next, request, (response) => {
      const { complete: isComplete, fault } = response
      if (layer === 'pipe') {
        const record = recordOf(request.incoming)
        if (record !== undefined) countStream(response, record)
      }
      count(isComplete ? fault === null ? complete : completeFailed : fault === null ? partial : failed, start)
      resolve(response)
    }, (error: unknown) => {
      count(failed, start)
      reject(error)
    })
  })
}
