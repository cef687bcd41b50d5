/** As much of mocha as the tests in the extension host use. */
declare module 'mocha' {
  interface Test {
    fullTitle(): string;
  }
  interface Runner {
    on(event: 'pass', listener: (test: Test) => void): void;
    on(event: 'fail', listener: (test: Test, error: Error) => void): void;
  }
  export default class Mocha {
    constructor(options: { ui: 'tdd'; timeout: number; reporter: new () => object });
    readonly suite: { emit(event: 'pre-require', context: object, file: string, mocha: Mocha): void };
    run(ended: (failures: number) => void): Runner;
  }
}
declare function suite(title: string, define: () => void): void;
declare function suiteSetup(run: () => unknown): void;
declare function test(title: string, run: () => unknown): void;
