import { disturbHalf } from './support/half.ts'

disturbHalf('releases')
