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
 * @param name of the endpoint (`pipeName`), or of the backend (`backendName`)
 */
export function countAnswers (next: Step, name: string, registry: StatsRegistry): Step {
  const outcome = (isComplete: boolean, isError: boolean): Outcome => {
    const labels = `layer.${name}.complete.${isComplete}.error.${isError}`
    return { requests: registry.number(`krakend.proxy.requests.${labels}`), latency: registry.sample(`krakend.proxy.latency.${labels}`) }
  }
  // All of them are there from the start.
  const [complete, completeFailed] = [outcome(true, false), outcome(true, true)]
  const [partial, failed] = [outcome(false, false), outcome(false, true)]
  const isEndpoint = name.startsWith('pipe.')
  const count = ({ requests, latency }: Outcome, start: number): void => {
    requests.value++
    latency.add(Math.round((performance.now() - start) * 1e6))
  }
  return createStep<StepResponse>((request, resolve, reject) => {
    const start = performance.now()
    askStep(next, request, (response) => {
      const { complete: isComplete, fault } = response
      if (isEndpoint) {
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
