export { canonicalName, isHeaderName } from './header-name.ts'
