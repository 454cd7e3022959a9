import { testMemory } from '../../../../test/pass-through/memory.ts'
import { subject } from '../support/start-gateway.ts'

testMemory(subject)
