// Quotes, backslashes, line ends, and terminal control characters.
const special = /["\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/ // eslint-disable-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g // eslint-disable-line no-control-regex
const beyondJson = /[\u007f-\u009f\u2028\u2029]/g

/**
 * Escapes a value between quotes or bars of a line, as JSON does, so that it cannot end its field or line.
 */
export function escapeField (text: string): string {
  return special.test(text) ? JSON.stringify(text).slice(1, -1).replace(beyondJson, escapeCode) : text
}

/** Escapes the control characters of a message, so that it stays on one line. */
export function escapeControls (text: string): string {
  return text.replace(controls, (char) => char === '\n' ? '\\n' : char === '\t' ? '\\t' : char === '\r' ? '\\r' : escapeCode(char))
}

function escapeCode (char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}
