import type { Progress } from '@floodgate/inspect/probe'
import picocolors from 'picocolors'
import type { Terminal } from './terminal.ts'

/** Progress lines that are overwritten until the work is done. */
export interface LiveProgress {
  show (progress: Progress): void
  /** Clears the lines for permanent output. */
  interrupt (print: () => void): void
  /** Removes the display. */
  end (): void
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const pace = 100
const maxLines = 12

/** Shows progress if messages go to a terminal. */
export function createLiveProgress ({ err, errColor, errIsTerminal = false }: Terminal): LiveProgress {
  if (!errIsTerminal) return { show () {}, interrupt (print) { print() }, end () {} }
  const { cyan, dim } = picocolors.createColors(errColor)
  const running = new Map<number, { origin: string, step: string, began: number }>()
  let drawn = 0
  let done = 0
  let total = 0
  let frame = 0

  function erase (): void {
    if (drawn > 0) err(`\u001b[${drawn}A\u001b[0J`)
    drawn = 0
  }
  function draw (): void {
    const now = performance.now()
    const all = Array.from(
      running.values(),
      ({ origin, step, began }) => `${cyan(frames[frame]!)} ${origin}  ${step} ${dim(`${((now - began) / 1000).toFixed(1)} s`)}`
    )
    const lines = all.length > maxLines ? [...all.slice(0, maxLines - 1), dim(`  and ${all.length - maxLines + 1} more`)] : all
    if (running.size > 0) lines.push(dim(`  ${done} of ${total}`))
    erase()
    if (lines.length > 0) err(lines.map((line) => `${line}\n`).join(''))
    drawn = lines.length
  }
  const timer = setInterval(() => {
    frame = (frame + 1) % frames.length
    draw()
  }, pace).unref()

  return {
    show (progress) {
      const { index, origin } = progress
      total = progress.total
      if (progress.kind === 'begin') running.set(index, { origin, step: '', began: performance.now() })
      else if (progress.kind === 'step') running.get(index)!.step = progress.step
      else if (running.delete(index)) done++
      draw()
    },
    interrupt (print) {
      erase()
      print()
    },
    end () {
      clearInterval(timer)
      erase()
    }
  }
}
