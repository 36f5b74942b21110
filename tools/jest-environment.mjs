import vm from 'node:vm'
import { TestEnvironment } from 'jest-environment-node'

/**
 * Jest's environment for Node, with an ordinary global object. Its own is one that V8 asks for every name by a call back
 * into JavaScript, through a proxy: about a microsecond for each `Array`, `Object` or `Promise` that a test, our code or
 * the AWS SDK mentions, which was half of the time of the tests.
 */
export default class PlainGlobals extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm
    // The constructor of the base class makes its context by this function, and takes no other.
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    try {
      super(config, context)
    } finally {
      vm.createContext = createContext
    }
  }
}
