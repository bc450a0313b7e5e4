// Prints the last line of a CI run: the test counts of Jest, with the smoke test of the built server as one more test.
import { readFileSync } from 'node:fs';

const [, , results, smoke] = process.argv;
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } =
  JSON.parse(readFileSync(results, 'utf8'));
const started = smoke === '0';
const passed = numPassedTests + (started ? 1 : 0);
const failed = numFailedTests + numRuntimeErrorTestSuites + (started ? 0 : 1);
console.log(`${passed} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
