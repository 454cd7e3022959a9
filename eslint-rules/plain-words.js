/**
 * Phrases that readers have to decode, each with the plain words to write instead: the one list of this repository.
 * `packages/*\/src` is checked by the ESLint rule below (string literals, templates and comments), the documentation by
 * test/plain-words.test.ts. Quotations that must stay (texts of KrakenD, for example) say so with a disable comment.
 * `inSources`: fine in prose, but in a comment or message it hides which code or client is meant.
 */
const phrases = [
  { not: /\bnobody\b/i, but: 'no caller, no client', inSources: true },
  { not: /\bsomebody\b/i, but: 'a caller, another component', inSources: true },
  { not: /\banew\b/i, but: 'again' },
  { not: /\bwhoever\b/i, but: 'the caller, the code that …, clients that …' },
  { not: /\bwhosoever\b/i, but: 'any client that …' },
  { not: /\bis told\b/i, but: 'is called with, is reported, receives' },
  { not: /\bis no (?!longer\b|more\b|less\b|other\b|such\b|need\b|way\b|reason\b)\w/i, except: /\bthere is no \w/i, but: 'is not a …' },
  { not: /\bstands here\b/i, but: 'is here, appears' },
  { not: /\bwho has none\b/i, but: 'callers without …' },
  { not: /\bnothing fits\b/i, but: 'nothing matches' },
  { not: /\bwho may (?:not )?(?:pass|come in)\b/i, but: 'allowed clients, or: authentication' },
  { not: /\blets? nothing pass\b/i, but: 'refuses every request' },
  { not: /\bcannot be had\b/i, but: 'is not available, is not valid' },
  { not: /\bis good for nothing\b/i, but: 'cannot be used' },
  { not: /\bwould be open\b/i, but: 'would be served without this protection' },
  { not: /\bin the place of\b/i, but: 'instead of' },
  { not: /\b(?:hung|hangs?|hanging) up\b/i, but: 'closed the connection' },
  { not: /\bgone without\b/i, but: 'not required, missing' },
  { not: /\bwhom it names\b/i, but: 'its subject' },
  { not: /\btrusted are\b/i, but: 'only … are trusted' },
  { not: /\bholds none\b/i, but: 'has none' }
]

/** Finds the first phrase of the list in a text, by default without those for sources only; null if there is none. */
export function findPhrase (text, isSource = false) {
  for (const phrase of phrases) {
    if (phrase.inSources && !isSource) continue
    for (const match of text.matchAll(new RegExp(phrase.not.source, phrase.not.flags + 'g'))) {
      if (phrase.except === undefined || !phrase.except.test(text.slice(Math.max(0, match.index - 6), match.index + match[0].length))) {
        return { index: match.index, text: match[0], but: phrase.but }
      }
    }
  }
  return null
}

/** The ESLint plugin with the rule `plain-words/plain-words`. */
export default {
  rules: {
    'plain-words': {
      meta: { type: 'suggestion', schema: [], messages: { phrase: 'Write "{{ but }}" instead of "{{ text }}" (eslint-rules/plain-words.js).' } },
      create (context) {
        const check = (node, text) => {
          const found = findPhrase(text.replace(/\s*\n\s*(?:\*(?!\/) ?)?/g, ' '), true)
          if (found !== null) context.report({ node, loc: node.loc, messageId: 'phrase', data: found })
        }
        return {
          Literal (node) { if (typeof node.value === 'string') check(node, node.value) },
          TemplateElement (node) { check(node, node.value.cooked ?? node.value.raw) },
          'Program:exit' () { for (const comment of context.sourceCode.getAllComments()) check(comment, comment.value) }
        }
      }
    }
  }
}
