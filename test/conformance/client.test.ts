import { testSuites } from './test-suites.ts'

testSuites('client')
