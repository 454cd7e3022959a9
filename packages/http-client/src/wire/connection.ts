import type { Socket } from 'node:net'
import { timerTime } from '@floodgate/go/duration'
import type { HopTransport, HopRequest } from '../call/hop-transport.ts'
import { readyBody, type ReadyBody } from '../call/request-body.ts'
import { AnswerReader, bodyCame, headCame, interim } from './answer-reader.ts'
import { BodySender, type BodyListener } from './body-sender.ts'
import { attach, type Intake, type Sink } from './intake.ts'
import { writeRequestHead, type RequestHead } from './request-head.ts'
import type { Turns, Waiting } from './turns.ts'
import { WireError } from './wire-error.ts'

/** What a connection belongs to. */
export interface Owner {
  readonly turns: Turns
  /** ms that a connection may be idle; 0 = as long as it likes. */
  readonly idleTimeout: number
  /** No connection is used twice. */
  readonly closesAfterUse: boolean
  /** ms after which a connection takes no more requests; Infinity = none. */
  readonly maxAge: number
  /** ms to wait for an interim answer before the body of a request that asks for it; 0 = none. */
  readonly expectContinueTimeout: number
  /** The connection may serve another request. */
  put (connection: Connection): void
  /** It will serve no other request. */
  forget (connection: Connection): void
  /** Its socket is closed. */
  remove (connection: Connection): void
  /** A request goes over a connection that has served others. */
  countReuse (): void
  /** A connection closes because of its age. */
  countAged (): void
  countTlsAlert (error: NodeJS.ErrnoException): void
}

type State = 0 | 1 | 2 | 3 | 4
/** No request; kept by its owner. */
const idle: State = 0
/** A request waits until two turns of the event loop have shown that the connection is alive. */
const held: State = 1
/** A request is being sent, or its answer read. */
const busy: State = 2
/** The socket was passed on. */
const upgraded: State = 3
const closed: State = 4

/** Allowed transitions between states, as bits of the target. */
const moves: Record<State, number> = {
  [idle]: 1 << held | 1 << busy | 1 << closed,
  [held]: 1 << idle | 1 << busy | 1 << closed,
  [busy]: 1 << idle | 1 << upgraded | 1 << closed,
  [upgraded]: 1 << closed,
  [closed]: 1 << closed
}

// A request up to this size is one write, which copies less than two would cost. Node writes texts below 16 KB at once.
const maxJoined = 12 * 1024
/**
 * A server may close when the time is over that it announced: in the last second, but no more than half of it, nothing
 * is sent.
 */
const safety = 1000

/** One connection that is open: it sends one request after the other, and reads one answer for each. */
export class Connection implements HopTransport, Sink, Waiting, BodyListener {
  readonly reportsReads = true
  readonly #owner: Owner
  readonly #socket: Socket
  readonly #intake: Intake
  readonly #reader = new AnswerReader()
  #state: State = idle
  #hop: HopRequest | null = null
  #head: RequestHead | null = null
  #body: ReadyBody | null = null
  #sender: BodySender | null = null
  /** Counts requests that waited: one that has left must not be taken for the next. */
  #ticket = 0
  #served = 0
  #wasIdle = false
  /** The request is written whole. */
  #isSent = false
  #isPaused = false
  #isReading = false
  /** What was read and not looked at, because the hop paused. */
  #rest: Buffer | null = null
  #continueTimer: NodeJS.Timeout | null = null
  /** When it is too old for another request, by `performance.now()`; Infinity = at no time. */
  readonly #oldAt: number
  /** When it must not be used any more, by `performance.now()`; Infinity = at no time. */
  #expiry = Infinity
  #idleTimer: NodeJS.Timeout | null = null
  #timerAt = Infinity
  /** What ended it. */
  #error: Error | null = null

  constructor (owner: Owner, socket: Socket) {
    this.#owner = owner
    this.#socket = socket
    this.#oldAt = chooseEnd(owner.maxAge)
    socket.on('error', (error: Error) => { this.#onError(error) })
    socket.on('end', () => { this.#onEnd() })
    socket.on('close', () => { this.#onClose() })
    this.#intake = attach(socket, this)
  }

  /** For observers: it must not be read from. */
  get socket (): Socket { return this.#socket }

  /** No as soon as it is being closed, from either side. */
  get isOpen (): boolean { return this.#state !== closed && !this.#socket.destroyed }

  /** Returns whether it is safe to send a request now. */
  get isFresh (): boolean { return this.#expiry === Infinity || performance.now() < this.#expiry }

  /** Bytes that are to come of the body that is being read. */
  get missing (): number { return this.#state === busy ? this.#reader.missing : 0 }

  send (hop: HopRequest): void {
    if (this.#state !== idle) {
      hop.onGone()
      return
    }
    try {
      const body = this.#body = readyBody(hop.body)
      this.#head = writeRequestHead(hop, hop.host, body.length, hop.reset || this.#owner.closesAfterUse, body.type)
    } catch (error) {
      this.#body = null
      this.#putBack()
      hop.onFailure(error as Error, false)
      return
    }
    this.#hop = hop
    this.#socket.ref()
    if (this.#wasIdle) {
      this.#move(held)
      this.#owner.turns.wait(this, ++this.#ticket)
    } else this.#start()
  }

  /** The turns have passed. */
  proceed (ticket: number): void {
    if (this.#state === held && ticket === this.#ticket) this.#start()
  }

  pause (): void {
    if (this.#state !== busy || this.#isPaused) return
    this.#isPaused = true
    this.#intake.pause()
  }

  resume (): void {
    if (this.#state !== busy || !this.#isPaused) return
    this.#isPaused = false
    // In the middle of a read the loop there goes on.
    if (this.#isReading) {
      this.#intake.resume()
      return
    }
    const rest = this.#rest
    if (rest !== null) {
      this.#rest = null
      this.#read(rest, rest.length)
      if (this.#isPaused || this.#state === closed || this.#state === upgraded) return
    }
    this.#intake.resume()
  }

  cancel (): void {
    if (this.#hop === null) return
    this.#hop = null
    if (this.#state === held) {
      this.#body = null
      this.#head = null
      this.#putBack()
      return
    }
    this.#close()
  }

  /** Waits in its pool; does not keep the process alive. */
  keep (): void {
    this.#wasIdle = true
    if (this.#state !== idle) this.#move(idle)
    this.#socket.unref()
    const { idleTimeout } = this.#owner
    const timeout = this.#reader.keepAlive > 0 ? shorter(idleTimeout, this.#reader.keepAlive) : idleTimeout
    if (timeout === 0 && this.#oldAt === Infinity) {
      this.#expiry = Infinity
      return
    }
    const now = performance.now()
    const end = timeout === 0 ? Infinity : now + (timeout === idleTimeout ? timeout : timeout - Math.min(safety, timeout / 2))
    this.#expiry = Math.min(end, this.#oldAt)
    if (this.#idleTimer === null || this.#timerAt > this.#expiry) this.#watch(now)
  }

  /**
   * Goes back to its pool without having served: a server counts the time that it keeps the connection from its last
   * answer.
   */
  #putBack (): void {
    if (!this.#wasIdle) this.keep()
    else {
      if (this.#state !== idle) this.#move(idle)
      this.#socket.unref()
      if (!this.isFresh) {
        this.#close()
        return
      }
      if (this.#idleTimer === null && this.#expiry !== Infinity) this.#watch(performance.now())
    }
    this.#owner.put(this)
  }

  /** Closes after the request that runs on it. */
  close (): void {
    if (this.#state === idle) this.#close()
  }

  /** Ends at once: a request that runs fails with this error. */
  destroy (error: Error): Promise<void> {
    const socket = this.#socket
    const ended = socket.closed ? Promise.resolve() : new Promise<void>((resolve) => { socket.once('close', () => { resolve() }) })
    if (this.#state === held) this.#loseHeld()
    this.#fail(error)
    socket.destroy()
    return ended
  }

  accept (bytes: Buffer, length: number): void {
    if (this.#state === busy) {
      if (this.#rest !== null) this.#rest = Buffer.concat([this.#rest, bytes.subarray(0, length)])
      else this.#read(bytes, length)
      return
    }
    // There was no request (RFC 9110, 15; RFC 9112, 9.2).
    if (this.#state === held) this.#loseHeld()
    this.#close()
  }

  onBodySent (): void {
    this.#sender = null
    this.#finishSending()
  }

  onBodyFailed (error: Error): void {
    this.#sender = null
    this.#fail(error)
  }

  #start (): void {
    const hop = this.#hop!
    const head = this.#head!
    const body = this.#body!
    this.#move(busy)
    if (this.#served++ > 0) this.#owner.countReuse()
    this.#isSent = false
    this.#reader.begin(hop.method)
    hop.onSending(this.#served > 1)
    if (this.#hop !== hop) return
    const socket = this.#socket
    const { bytes, stream } = body
    if (bytes === null && stream === null) {
      socket.write(head.text, 'latin1')
      this.#finishSending()
    } else if (head.expectsContinue && this.#owner.expectContinueTimeout > 0) {
      socket.write(head.text, 'latin1')
      this.#continueTimer = setTimeout(sendBody, timerTime(this.#owner.expectContinueTimeout), this)
    } else {
      this.#sendWith(head.text, body)
    }
  }

  /** Sends the body that the server was asked about. */
  sendBody (): void {
    if (this.#continueTimer === null) return
    clearTimeout(this.#continueTimer)
    this.#continueTimer = null
    this.#sendWith('', this.#body!)
  }

  #sendWith (text: string, { bytes, stream }: ReadyBody): void {
    const socket = this.#socket
    if (bytes !== null) {
      if (text.length + bytes.length <= maxJoined) {
        socket.write(text + bytes.toString('latin1'), 'latin1')
      } else {
        socket.cork()
        if (text !== '') socket.write(text, 'latin1')
        socket.write(bytes)
        socket.uncork()
      }
      this.#finishSending()
      return
    }
    // The head waits for the first bytes of the body, but no longer than a turn.
    socket.cork()
    if (text !== '') socket.write(text, 'latin1')
    setImmediate(uncork, socket)
    const sender = this.#sender = new BodySender(socket, stream!, this.#head!.length, this)
    sender.start()
  }

  #finishSending (): void {
    this.#isSent = true
    this.#body = null
    this.#hop?.onSent()
  }

  /** Reads on in what came, up to the end of the answer. */
  #read (bytes: Buffer, length: number): void {
    const reader = this.#reader
    let at = 0
    let hasHead = false
    this.#isReading = true
    try {
      while (at < length && this.#state === busy) {
        if (this.#isPaused) {
          this.#rest = Buffer.from(bytes.subarray(at, length))
          break
        }
        try {
          at = reader.read(bytes, at, length)
        } catch (error) {
          this.#fail(error as Error)
          break
        }
        const hop = this.#hop!
        switch (reader.event) {
          case interim: {
            const { status, fields, reason } = reader.head!
            if (status === 100) this.sendBody()
            else hop.onInterim(status, fields, reason)
            break
          }
          case headCame: {
            const { status, fields, reason } = reader.head!
            if (status === 101 || (hop.method === 'CONNECT' && status < 300)) {
              this.#upgrade(hop, bytes, at, length)
              at = length
              break
            }
            if (!reader.isDone) {
              hasHead = true
              hop.onHead(status, fields, reason)
            } else this.#complete(at < length, true)
            break
          }
          case bodyCame: {
            const chunk = this.#intake.take(bytes, reader.start, reader.end)
            if (reader.isDone) this.#complete(at < length, false, chunk)
            else hop.onBody(chunk)
            break
          }
          default:
            if (reader.isDone) this.#complete(at < length, false)
        }
      }
      if (hasHead && this.#state === busy) this.#hop?.onReadEnd()
    } finally {
      this.#isReading = false
    }
  }

  /**
   * The response is complete. The connection is released before listeners are notified, so that a waiting call gets it.
   *
   * @param hasMore bytes came behind it
   * @param hasHead it is nothing but a head, which the hop has not heard of
   */
  #complete (hasMore: boolean, hasHead: boolean, chunk: Buffer | null = null): void {
    const hop = this.#hop!
    const reader = this.#reader
    if (hasHead) {
      const { status, fields, reason } = reader.head!
      hop.onHead(status, fields, reason)
    } else if (chunk !== null) hop.onBody(chunk)
    if (this.#hop !== hop) return
    const trailers = reader.trailers
    this.#hop = null
    if (this.#isPaused) {
      this.#isPaused = false
      this.#intake.resume()
    }
    if (reader.isReusable && this.#isSent && !hasMore && !hop.reset && !this.#owner.closesAfterUse && this.#socket.readableLength === 0) {
      if (this.#isOld) {
        this.#move(idle)
        this.#close()
      } else {
        this.keep()
        this.#owner.put(this)
      }
    } else this.#close()
    hop.onEnd(trailers)
  }

  #upgrade (hop: HopRequest, bytes: Buffer, at: number, length: number): void {
    const { status, fields } = this.#reader.head!
    if (status === 101 && !hop.upgrade) {
      this.#fail(new WireError('malformed', 'it changes the protocol (101) without a request for it'))
      return
    }
    const socket = this.#socket
    const rest = at < length ? Buffer.from(bytes.subarray(at, length)) : null
    this.#move(upgraded)
    this.#hop = null
    this.#stopSending()
    this.#intake.detach()
    this.#owner.forget(this)
    if (rest !== null) socket.unshift(rest)
    hop.onUpgrade(status, fields, socket)
  }

  #onError (error: NodeJS.ErrnoException): void {
    this.#owner.countTlsAlert(error)
    if (this.#state === upgraded) return
    if (this.#state === held) this.#loseHeld()
    // What came before it and says that the answer is whole was read already.
    this.#fail(error)
  }

  /**
   * The server sends no more. An error that says why may come later: with TLS 1.3 that is how a client certificate is
   * refused.
   */
  #onEnd (): void {
    if (this.#state === busy) {
      const error = this.#reader.finish()
      if (error === null) {
        this.#complete(false, false)
        return
      }
      this.#error ??= error
      setImmediate(settle, this)
      return
    }
    if (this.#state === held) this.#loseHeld()
    if (this.#state === idle) this.#close()
  }

  /** Nothing has come since the end. */
  settle (): void {
    this.#fail(this.#error!)
  }

  #onClose (): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    if (this.#state === held) this.#loseHeld()
    if (this.#state === busy) {
      const error = this.#error ?? this.#reader.finish()
      if (error !== null) this.#fail(error)
      else this.#complete(false, false)
    }
    if (this.#state !== closed) this.#move(closed)
    this.#owner.forget(this)
    this.#owner.remove(this)
  }

  #loseHeld (): void {
    const hop = this.#hop!
    this.#hop = null
    this.#body = null
    this.#close()
    hop.onGone()
  }

  #fail (error: Error): void {
    const hop = this.#hop
    if (this.#state === closed || this.#state === upgraded) return
    this.#hop = null
    const hasBegun = this.#state === busy && this.#reader.hasBegun
    this.#close()
    hop?.onFailure(error, hasBegun)
  }

  #close (): void {
    this.#stopSending()
    this.#rest = null
    if (this.#state === idle && this.#isOld) this.#owner.countAged()
    if (this.#state !== closed) this.#move(closed)
    this.#owner.forget(this)
    this.#socket.destroy()
  }

  #stopSending (): void {
    if (this.#continueTimer !== null) {
      clearTimeout(this.#continueTimer)
      this.#continueTimer = null
      // It was not wanted.
      if (this.#body?.stream) new BodySender(this.#socket, this.#body.stream, 0, this).stop()
    }
    this.#body = null
    const sender = this.#sender
    this.#sender = null
    sender?.stop()
  }

  get #isOld (): boolean { return this.#oldAt !== Infinity && performance.now() >= this.#oldAt }

  /** One timer for a connection, which looks at the time when it fires. */
  #watch (now: number): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer)
    this.#timerAt = this.#expiry
    this.#idleTimer = setTimeout(expire, timerTime(this.#expiry - now), this).unref()
  }

  /** The timer has fired. */
  expire (): void {
    this.#idleTimer = null
    this.#timerAt = Infinity
    if (this.#state === closed || this.#state === upgraded) return
    const now = performance.now()
    if (this.#state === idle && now >= this.#expiry) this.#close()
    else if (this.#state === idle && this.#expiry !== Infinity) this.#watch(now)
  }

  #move (to: State): void {
    if ((moves[this.#state] & 1 << to) === 0) throw new Error(`a connection cannot go from state ${this.#state} to ${to}`)
    this.#state = to
  }
}

function uncork (socket: Socket): void { socket.uncork() }

function sendBody (connection: Connection): void { connection.sendBody() }

function settle (connection: Connection): void { connection.settle() }

function expire (connection: Connection): void { connection.expire() }

/**
 * Returns when a connection that is opened now gets too old, by `performance.now()`; a tenth of the time at most is left
 * out at random, so that connections that were opened together do not end together.
 *
 * @param maxAge ms; Infinity = at no time
 */
export function chooseEnd (maxAge: number): number {
  return maxAge === Infinity ? Infinity : performance.now() + maxAge * (0.9 + Math.random() / 10)
}

/** The shorter one of two times of which 0 is none. */
function shorter (a: number, b: number): number {
  return a === 0 || b < a ? b : a
}
