import assert from "node:assert/strict";
import { test } from "node:test";
import { DoneBook } from "../src/done.js";

test("more failures than one call tells come in several, each up to its last", () => {
  const book = new DoneBook();
  book.acked(0, true);
  for (let seq = 1; seq <= 50; seq++) {
    book.begun();
    book.returned(book.life, seq, "bad");
  }
  const seqs: number[] = [];
  for (let isPart = true; isPart; ) {
    const saying = book.next(true);
    assert.equal(saying.done.last, saying.isPart ? undefined : true);
    assert.ok(saying.done.failed!.length <= 20);
    seqs.push(saying.done.seq);
    book.told(saying);
    isPart = saying.isPart;
  }
  assert.deepEqual([seqs, book.hasNews, book.untold], [[20, 40, 50], false, 0]);
});

test("what was said of the old life counts for nothing in the new one", () => {
  const book = new DoneBook();
  book.acked(0, true);
  book.begun();
  book.returned(book.life, 50, "bad");
  const saying = book.next(false);
  book.acked(0, true);
  book.begun();
  book.returned(book.life, 3);
  book.told(saying);
  assert.deepEqual([book.hasNews, book.untold, book.next(false).done], [true, 1, { seq: 3 }]);
});

test("failures that nobody can be told are not kept for ever", () => {
  const book = new DoneBook();
  book.acked(0, true);
  for (let seq = 1; seq <= 1_000; seq++) {
    book.begun();
    book.returned(book.life, seq, "bad");
  }
  let told = 0;
  for (let saying = book.next(false); book.hasNews; saying = book.next(false)) {
    told += saying.done.failed!.length;
    book.told(saying);
  }
  assert.equal(told, DoneBook.failedKept);
});
