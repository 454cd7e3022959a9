import { frameLine } from '../source.ts'
import { maskRawText } from '@floodgate/settings'

const action = /\{\{.*?(?:\}\}|$)/g
/** A name in an action that is not secret: a function, a template or an environment variable. */
const openText = /\b(?:include|template|block|define|env|index|hasKey|get)\b[^"|]*$/

/**
 * Shows a line of a template with a caret. The keys of its texts are unknown: outside of actions they are masked as in
 * any text that cannot be parsed; inside of actions everything except names is masked.
 */
export function showTemplateLine (text: string, line: number, column: number): string {
  const raw = (text.split('\n', line)[line - 1] ?? '').replace(/\r$/, '')
  const shown = maskLine(raw)
  return frameLine(line, shown, Math.min(maskLine(raw.slice(0, column - 1)).length, shown.length))
}

function maskLine (line: string): string {
  const actions: string[] = []
  // An action is replaced by a character while the rest is masked, so that it may be part of a text.
  const marked = line.replace(action, (text) => `\uE000${actions.push(maskAction(text)) - 1}\uE001`)
  return maskQuoted(marked).replace(/\uE000(\d+)\uE001/g, (_, index: string) => actions[Number(index)]!)
}

/** Masks a line's texts except keys; the parts of a text between actions are masked separately. */
function maskQuoted (line: string): string {
  const quoted: string[] = []
  const held = line.replace(/"((?:[^"\\]|\\.)*)("(\s*:)?|$)/g, (all, text: string, end: string, colon: string | undefined) => {
    const shown = colon === undefined ? `"${text.replace(/(^|\uE001)[^\uE000\uE001]+/g, '$1…')}${end}` : all
    return `\uE002${quoted.push(shown) - 1}\uE003`
  })
  return maskRawText(held).replace(/\uE002(\d+)\uE003/g, (_, index: string) => quoted[Number(index)]!)
}

function maskAction (text: string): string {
  return text.replace(
    /"(?:[^"\\]|\\.)*(?:"|$)|`[^`]*(?:`|$)/g,
    (quoted, at: number) => openText.test(text.slice(0, at))
      ? quoted
      : quoted[0] + '…' + (quoted.length > 1 && quoted.endsWith(quoted[0]!) ? quoted[0] : '')
  )
}
