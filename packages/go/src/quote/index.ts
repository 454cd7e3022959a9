export { canBackquote, describeRune, isPrintable, quote, quoteCharacter, quoteRune, quoteText, runeOf } from './quote.ts'
