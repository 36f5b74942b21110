/** What an action that has a folder cache does first; the process of its cache. */
import {
  isCacheProcess,
  runCacheProcess,
} from '../../../packages/action-kit/src/cache/cache-process.ts'

if (isCacheProcess()) await runCacheProcess()
