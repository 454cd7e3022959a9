import { askStep, createStep, Fault, isDocument, type CoreRequest, type Endpoint, type Step, type StepResponse, type Histogram } from '@floodgate/core'
import type { Measured } from '../metrics/measurements.ts'
import type { Attribute } from '../metrics/meter.ts'
import { countStream } from '../../requests/body-size.ts'
import { recordOf } from '../../requests/request-record.ts'
import type { Recording } from '../telemetry.ts'
import { attributeNames } from '../traces/attributes.ts'
import type { SpanContext } from '../traces/span-context.ts'
import { encodeTemplate } from '../traces/span-writer.ts'
import { beginTrace, continueTrace } from '../traces/trace-context.ts'
import { withoutNames, type LayerSettings, type SpanSettings } from './layer-settings.ts'

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
  /** Whose answers they are; null = a backend's. */
  readonly endpoint: Endpoint | null
}

const own = { error: 'error', canceled: 'canceled', status: 'http.response.status_code', complete: 'complete' }
const names = attributeNames(own)

/** Measures a step. Returns the step itself if there is nothing to report. */
export function measureAnswers (next: Step, layer: AnswerLayer, recording: Recording): Step {
  const { settings: { metrics, spans }, endpoint } = layer
  const { tracing } = recording
  const recordLater = metrics === null || !recording.hasMetrics ? null : createRecorder(layer, metrics, recording)
  const writeSpan = tracing === null || spans === null ? null : createSpans(layer, spans, recording)
  if (recordLater === null && writeSpan === null && endpoint === null) return next
  const counts = endpoint?.outputEncoding === 'no-op'

  return createStep<StepResponse>((request, resolve, reject) => {
    const start = performance.now()
    let parent = request.trace as SpanContext | null
    if (endpoint !== null) {
      const record = recordOf(request.incoming)
      if (record !== undefined) {
        record.endpoint = endpoint
        parent ??= record.trace as SpanContext | null
      }
    }
    const span = writeSpan === null ? null : parent === null ? beginTrace(tracing!.isSampled, null) : continueTrace(parent)
    if (tracing !== null) request.trace = span ?? parent

    askStep(next, request, (response) => {
      const end = performance.now()
      const { fault, complete } = response
      // As in the reference, what was canceled has not failed.
      const isCanceled = fault !== null && fault.kind === 'abort'
      recordLater?.((end - start) / 1000, complete, fault !== null && !isCanceled, isCanceled)
      if (span !== null) {
        // What comes after it does not belong to this span.
        request.trace = parent
        if (span.isSampled) writeSpan!(request, span, parent, { start, end, isCanceled, ...resultOf(response) })
      }
      if (counts) {
        const record = recordOf(request.incoming)
        if (record !== undefined) countStream(response, record)
      }
      resolve(response)
    }, (failure: unknown) => {
      const end = performance.now()
      const isCanceled = failure instanceof Fault && failure.kind === 'abort'
      recordLater?.((end - start) / 1000, false, !isCanceled, isCanceled)
      if (span !== null) {
        request.trace = parent
        const status = failure instanceof Fault ? failure.status : 500
        if (span.isSampled) writeSpan!(request, span, parent, { start, end, isCanceled, status, isComplete: false, failure, headers: null })
      }
      reject(failure)
    })
  })
}

/** What a span says of a response. */
function resultOf (response: StepResponse): Pick<Result, 'status' | 'isComplete' | 'failure' | 'headers'> {
  const { fault, complete: isComplete } = response
  // As in the reference, a document has no status and no headers of its own.
  const isPassage = fault === null && !isDocument(response)
  const status = fault !== null ? fault.status : isPassage ? response.status : 0
  return { status, isComplete, failure: fault, headers: isPassage ? response.headers : null }
}

interface Result {
  /** ms of `performance.now()` */
  readonly start: number
  readonly end: number
  /** 0 = a document. */
  readonly status: number
  readonly isComplete: boolean
  /** null = it did not fail. */
  readonly failure: unknown
  readonly isCanceled: boolean
  /** Of a response that is passed on as it is; null = there is none. */
  readonly headers: StepResponse['headers'] | null
}

function createSpans (
  { attributes, stage, span: name }: AnswerLayer,
  spans: SpanSettings,
  { tracing }: Recording
): (request: CoreRequest, span: SpanContext, parent: SpanContext | null, result: Result) => void {
  const writer = tracing!.spans
  const template = encodeTemplate('internal', name, [...attributes, ['krakend.stage', stage], ...withoutNames(spans.attributes, own)])
  const write = (
    headers: CoreRequest['headers'] | null,
    context: SpanContext,
    parent: SpanContext | null,
    { start, end, status, isComplete, failure, isCanceled, headers: answered }: Result
  ): void => {
    writer.begin(template, { context, parent, isRemoteParent: false, name: '', start, end, status: 'unset', message: '' })
    if (headers !== null) writer.headers('request', headers, spans.skipped)
    if (isCanceled) writer.attribute(names.canceled, true)
    else if (failure !== null) writer.attribute(names.error, failure instanceof Fault ? failure.detail : (failure as Error).message)
    writer.attribute(names.status, status)
    if (answered !== null) writer.headers('response', answered, spans.skipped)
    writer.attribute(names.complete, isComplete)
    writer.end()
  }
  return ({ headers }, context, parent, result) => {
    // Steps that come later may change them.
    const reported = spans.headers ? { ...headers } : null
    const answered = spans.headers && result.headers !== null ? { ...result.headers } : null
    writer.later(() => { write(reported, context, parent, { ...result, headers: answered }) })
  }
}

class Point implements Measured {
  readonly #duration: Histogram

  constructor (duration: Histogram) {
    this.#duration = duration
  }

  record (numbers: Float64Array, at: number): void {
    this.#duration.record(numbers[at]!)
  }
}

/** Returns what records answers, in histograms of all combinations that are made when they are needed. */
function createRecorder (
  { metric, attributes }: AnswerLayer,
  own: readonly Attribute[],
  { meter, timeBounds }: Recording
): (seconds: number, isComplete: boolean, isError: boolean, isCanceled: boolean) => void {
  const points: (Point | null)[] = Array.from({ length: 8 }, () => null)
  const make = (isComplete: boolean, isError: boolean, isCanceled: boolean): Point => new Point(meter.histogram(metric, '', timeBounds, [
    ['complete', String(isComplete)],
    ['error', String(isError)],
    ['canceled', String(isCanceled)],
    ...attributes,
    ...own
  ]))
  const { waiting } = meter
  const { numbers } = waiting
  return (seconds, isComplete, isError, isCanceled) => {
    const point = points[(isComplete ? 4 : 0) + (isError ? 2 : 0) + (isCanceled ? 1 : 0)] ??= make(isComplete, isError, isCanceled)
    numbers[waiting.add(point)] = seconds
  }
}
