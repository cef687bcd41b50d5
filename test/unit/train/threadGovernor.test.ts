import assert from 'node:assert/strict';
import { test } from 'node:test';
import { governThreads } from '../../../native/train/threadGovernor.ts';

/** A machine that tells what it is told to tell. */
function machine(cores: number, load: number) {
  let preemptions = 0;
  const governor = governThreads(cores, null, { preemptions: () => preemptions, load: () => load });
  /** A step of so many seconds at a speed of tokens a second, with preemptions a second. */
  const step = (seconds: number, speed: number, rate: number): number => {
    preemptions += rate * seconds;
    governor.observe(speed * seconds, seconds);
    return governor.threads;
  };
  return { governor, step };
}

test('what the recipe asks for stays', () => {
  const governor = governThreads(8, 3, { preemptions: () => 0, load: () => 100 });
  governor.observe(10, 1);
  assert.equal(governor.threads, 3);
});

test('one core has one thread', () => {
  assert.equal(governThreads(1, null, { preemptions: () => 0, load: () => 0 }).threads, 1);
});

test('an idle machine is used whole', () => {
  const { governor, step } = machine(4, 0.3);
  assert.equal(governor.threads, 4);
  for (let i = 0; i < 50; i++) assert.equal(step(1, 100, 5), 4);
});

test('a busy machine is entered with one thread fewer, and tried whole after ten seconds', () => {
  const { governor, step } = machine(4, 3.5);
  assert.equal(governor.threads, 3);
  assert.equal(step(4, 80, 0), 3);
  assert.equal(step(5, 80, 0), 3);
  assert.equal(step(2, 80, 0), 4);
  assert.equal(step(1, 100, 3), 4);
});

test('a rival takes a thread away, and while it stays the whole machine is tried less and less often', () => {
  const { step } = machine(2, 0);
  assert.equal(step(1, 100, 5), 2);
  assert.equal(step(1, 20, 400), 1);
  const waits: number[] = [];
  for (let tries = 0; tries < 7; tries++) {
    let seconds = 1;
    while (step(1, 50, 0) === 1) seconds += 1;
    waits.push(seconds);
    assert.equal(step(1, 20, 400), 1, 'slower than on one core fewer');
  }
  assert.deepEqual(waits, [10, 20, 40, 80, 160, 160, 160]);
});

test('preemptions that cost less than a thread are borne', () => {
  const { step } = machine(2, 0);
  assert.equal(step(1, 20, 400), 1);
  for (let i = 0; i < 10; i++) step(1, 50, 0);
  assert.equal(step(1, 70, 400), 2, 'disturbed, and faster than on one core all the same');
  assert.equal(step(1, 70, 400), 2);
  // It gets worse, then the rival goes, and the waits begin anew.
  assert.equal(step(1, 30, 400), 1);
});

test('after the rival has gone the machine is used whole again', () => {
  const { step } = machine(2, 0);
  step(1, 20, 400);
  for (let i = 0; i < 9; i++) assert.equal(step(1, 50, 0), 1);
  assert.equal(step(1, 50, 0), 2);
  for (let i = 0; i < 100; i++) assert.equal(step(1, 100, 2), 2);
});
