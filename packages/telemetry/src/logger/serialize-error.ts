/** What the log tells of an error. */
export interface SerializedError {
  type: string
  message: string
  code?: string
  kind?: string
  /** The Fault's text for the log. */
  detail?: string
  /** Messages of the causes, from the nearest on. */
  cause?: string
  /** Only of errors without a code: those are mistakes in a program. */
  stack?: string
}

const depth = 5

/**
 * Takes from an error what a log needs and nothing else: libraries hang sockets, headers and bodies on theirs.
 * Serializer for pino's `err`.
 */
export function serializeError (error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, kind, detail } = error as { code?: unknown, kind?: unknown, detail?: unknown }
  const message = messageOf(error)
  const cause = causesOf(error)
  return {
    type: error.constructor.name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : { stack: error.stack }),
    ...(typeof kind === 'string' && { kind }),
    ...(typeof detail === 'string' && detail !== message && { detail }),
    ...(cause !== '' && { cause })
  } satisfies Partial<Record<keyof SerializedError, string | undefined>>
}

function causesOf (error: Error): string {
  const messages: string[] = []
  let cause = error.cause
  while (cause instanceof Error && messages.length < depth) {
    const { code } = cause as { code?: unknown }
    const message = messageOf(cause)
    messages.push(typeof code === 'string' && !message.includes(code) ? `${message} (${code})` : message)
    cause = cause.cause
  }
  return messages.join(': ')
}

/** A dial that tried several addresses has no text of its own. */
function messageOf (error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message
  return error.errors.map((each: unknown) => each instanceof Error ? each.message : String(each)).join('; ')
}
