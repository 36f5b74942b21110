import { isCacheProcess, runAction, runCacheProcess } from '@ecs-pipeline/action-kit'
import { main, refuse } from './action.ts'

// The cache is asked by a process of its own, which can be ended: this same file.
await (isCacheProcess() ? runCacheProcess() : runAction(main, { refuse }))
