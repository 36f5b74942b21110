import { testRollouts } from './half.ts'

testRollouts(5)
