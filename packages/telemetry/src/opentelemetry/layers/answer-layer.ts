import { askStep, createStep, Fault, type CoreRequest, type RequestTrace, type Step, type StepResponse } from '@floodgate/core'
import type { Attribute, Histogram } from '../metrics/meter.ts'
import { recordOf } from '../request-record.ts'
import { beginTrace, continueTrace, type Recording } from '../telemetry.ts'
import { toEpoch, type SpanAttribute } from '../traces/span.ts'
import { headerAttributes } from './header-attributes.ts'
import type { LayerSettings, SpanSettings } from './layer-settings.ts'

/** A layer around the answers of an endpoint or a backend. */
export interface AnswerLayer {
  /** `krakend.proxy.duration` */
  readonly metric: string
  /** Name of its spans. */
  readonly span: string
  /** `proxy` or `backend`: attribute `krakend.stage` of its spans. */
  readonly stage: string
  /** Attributes of its metric and its spans. */
  readonly attributes: readonly Attribute[]
  readonly settings: LayerSettings
}

/** Measures a step. Returns the step itself if there is nothing to report. */
export function measureAnswers (next: Step, layer: AnswerLayer, recording: Recording): Step {
  const { metrics, spans } = layer.settings
  const { tracing } = recording
  const durationOf = metrics === null || !recording.hasMetrics ? null : createDurations(layer, metrics, recording)
  if (durationOf === null && (tracing === null || spans === null)) {
    return tracing === null || layer.stage !== 'proxy' ? next : passTrace(next)
  }
  return createStep<StepResponse>((request, resolve, reject) => {
    const start = performance.now()
    const parent = tracing === null ? null : parentOf(request)
    const span = tracing === null || spans === null ? null : parent === null ? beginTrace(tracing, null) : continueTrace(parent)
    request.trace = span ?? parent
    const finish = (status: number, isComplete: boolean, failure: unknown): void => {
      const end = performance.now()
      const isCanceled = failure instanceof Fault && failure.kind === 'abort'
      durationOf?.(isComplete, failure !== null, isCanceled).record((end - start) / 1000)
      // What comes after it does not belong to this span.
      request.trace = parent
      if (span?.isSampled === true) {
        tracing!.take({
          traceId: span.traceId,
          spanId: span.spanId,
          parentId: parent?.spanId ?? '',
          isRemoteParent: false,
          state: span.state,
          name: layer.span,
          kind: 'internal',
          start: toEpoch(start),
          end: toEpoch(end),
          status: 'unset',
          message: '',
          attributes: describe(request, layer, spans!, status, isComplete, failure, isCanceled),
          events: []
        })
      }
    }
    askStep(next, request, (response) => {
      const { fault } = response
      finish(fault !== null ? fault.status : response.data === null ? response.status : 0, response.complete, fault)
      resolve(response)
    }, (error: unknown) => {
      finish(error instanceof Fault ? error.status : 500, false, error)
      reject(error)
    })
  })
}

/** Where there is no span of an endpoint, those of its backends are below the client's request. */
function passTrace (next: Step): Step {
  return createStep<StepResponse>((request, resolve, reject) => {
    request.trace = parentOf(request)
    askStep(next, request, resolve, reject)
  })
}

function parentOf ({ trace, incoming }: CoreRequest): RequestTrace | null {
  return trace ?? recordOf(incoming)?.trace ?? null
}

/** The histograms of all combinations, made when they are needed. */
function createDurations (
  { metric, attributes }: AnswerLayer,
  own: readonly Attribute[],
  { meter, timeBounds }: Recording
): (isComplete: boolean, isError: boolean, isCanceled: boolean) => Histogram {
  const made: (Histogram | undefined)[] = []
  return (isComplete, isError, isCanceled) => {
    const at = (isComplete ? 4 : 0) + (isError ? 2 : 0) + (isCanceled ? 1 : 0)
    made[at] ??= meter.histogram(metric, '', timeBounds, [
      ['complete', String(isComplete)],
      ['error', String(isError)],
      ['canceled', String(isCanceled)],
      ...attributes,
      ...own
    ])
    return made[at]
  }
}

function describe (
  { headers }: CoreRequest,
  { attributes, stage }: AnswerLayer,
  spans: SpanSettings,
  status: number,
  isComplete: boolean,
  failure: unknown,
  isCanceled: boolean
): SpanAttribute[] {
  return [
    ...attributes,
    ['krakend.stage', stage],
    ...spans.attributes,
    ...spans.headers ? headerAttributes('request', headers, spans) : [],
    ...failure === null ? [] : [['error', failure instanceof Fault ? failure.detail : (failure as Error).message] as const],
    ...isCanceled ? [['canceled', true] as const] : [],
    ['http.response.status_code', status],
    ['complete', isComplete]
  ]
}
