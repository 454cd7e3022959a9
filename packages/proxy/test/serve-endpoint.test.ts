import { testPassing } from '../../../test/pass-through/passing.ts'
import { subject } from './support/start-gateway.ts'

testPassing(subject)
